"""The words, tables and templates of reports, read from the package's content."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def attack() -> dict[str, Any]:
    """Return ATT&CK: version, tactics (slug: [id, name]), techniques (id: [name, slugs of tactics])."""
    return _table("attack/enterprise.yaml")


@cache
def wording() -> dict[str, Any]:
    """Return the plain words for tactics, blind spots, severities and the glossary."""
    return _table("reports/wording.yaml")


@cache
def proposals() -> dict[str, Any]:
    """Return what may be done about kinds of calls, and the forms that values in commands must have."""
    return _table("reports/proposals.yaml")


def text_of(name: str) -> str:
    """Return a text file of the reports' content."""
    return files("jumpkit.content").joinpath("reports", name).read_text("utf-8")


def templates(ending: str) -> list[str]:
    """Return the names of the templates that end so, sorted."""
    names = (each.name for each in files("jumpkit.content").joinpath("reports").iterdir())
    return sorted(name for name in names if name.endswith(ending))


def technique_name(technique: str) -> str:
    """Return a technique's name, of a sub-technique with its parent's, or the id itself where the table lacks it.

    >>> technique_name("T1078.004")
    'Valid Accounts: Cloud Accounts'
    """
    known = attack()["techniques"]
    if technique not in known:
        return technique
    name = str(known[technique][0])
    parent = technique.partition(".")[0]
    return f"{known[parent][0]}: {name}" if parent != technique and parent in known else name


def tactic_name(slug: str) -> str:
    """Return a tactic's name as ATT&CK writes it.

    >>> tactic_name("defense-evasion")
    'Defense Evasion'
    """
    known = attack()["tactics"].get(slug)
    return str(known[1]) if known else slug.replace("-", " ").replace("_", " ").title()


def tactic_order(slug: str) -> tuple[int, str]:
    """Return a key that sorts tactics as the matrix has them, unknown ones last."""
    order = list(attack()["tactics"])
    return (order.index(slug) if slug in order else len(order), slug)


def _table(name: str) -> dict[str, Any]:
    text = files("jumpkit.content").joinpath(*name.split("/")).read_text("utf-8")
    loaded = yaml.load(text, Loader=yaml.CSafeLoader)
    return dict(loaded)
