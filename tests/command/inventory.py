"""Reads an estate by command, and holds each object against its schema."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema
from command.amazon import REGION
from command.run import jumpkit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from command.amazon import Amazon
    from command.run import Json


def sync(home: Path, made: Amazon, *said: str, code: int | None = 0, kinds: Sequence[str]) -> Json:
    """Read some kinds in one region."""
    asked = [word for kind in kinds for word in ("--kind", kind)]
    found = jumpkit(home, "inventory", "sync", "--region", REGION, *asked, *said, "--json", code=code, **made.where)
    return valid(found.one())


def listed(home: Path, *said: str, code: int | None = None) -> Json:
    return valid(jumpkit(home, "inventory", "show", *said, "--json", code=code).one())


def diff(home: Path, *said: str, code: int = 0) -> Json:
    return valid(jumpkit(home, "inventory", "diff", *said, "--json", code=code).one())


def valid(told: Json) -> Json:
    name = told["schema"].partition("/")[0]
    schema = json.loads((files("jumpkit.content") / "schemas" / f"{name}.json").read_text("utf-8"))
    jsonschema.validate(told, schema)
    return told
