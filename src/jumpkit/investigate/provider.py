"""What is known of the provider as data: actors, names of things, reads that reach contents, systems in agents."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from jumpkit.kit.text import sql_text

CALLS = "metadata.log_name = 'aws/cloudtrail'"  # records of calls, as SQL


@cache
def provider() -> dict[str, Any]:
    """Return the table of AWS."""
    text = files("jumpkit.content").joinpath("providers", "aws.yaml").read_text("utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


def actors() -> list[dict[str, str]]:
    """Return the classes of actors: whether and where the provider records each, what it takes, and who says so."""
    return [{"class": name, **said} for name, said in provider()["actors"].items()]


def kind_named(parameter: str, service: str | None) -> str | None:
    """Return the kind of thing that a parameter names in calls of a service, None where it names none.

    >>> kind_named("name", "cloudtrail.amazonaws.com"), kind_named("name", "ec2.amazonaws.com")
    ('trail', None)
    """
    kinds: dict[str, str] = provider()["things"].get(parameter, {})
    return kinds.get(service or "", kinds.get("*"))


def reads(table: str) -> str:
    """Return a SQL condition on service and operation for `contents` or `data_events`; outside the table it is null."""
    said: dict[str, list[str]] = provider()[table]
    only: dict[str, str] = provider()["contents_if"]
    each = (
        f"(api.service.name = {sql_text(service)} AND api.operation IN ({', '.join(map(sql_text, operations))}))"
        for service, operations in said.items()
    )
    unless = " ".join(
        f"AND (api.operation <> {sql_text(operation)} OR coalesce(contains(api.request.data, {sql_text(word)}), false))"
        for operation, word in only.items()
    )
    return f"(({' OR '.join(each)}) {unless})"


def system_sql(agent: str) -> str:
    """Return a SQL expression for the system that an agent claims to run on, null where it names none."""
    cases = " ".join(
        f"WHEN regexp_matches({agent}, {sql_text('(?i)' + words)}) THEN {sql_text(name)}"
        for name, words in provider()["systems"]
    )
    return f"CASE {cases} END"
