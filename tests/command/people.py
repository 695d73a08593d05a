"""A client's directory for tests: the one that docs/add/contact.md shows, and the schemas that answers are held to."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema

if TYPE_CHECKING:
    from command.run import Json

CARD = Path(__file__).resolve().parents[2] / "docs" / "add" / "contact.md"


def example() -> str:
    """Return the file that the documentation shows."""
    found = re.search(r"```yaml\n(.*?)```", CARD.read_text("utf-8"), re.DOTALL)
    assert found
    return found.group(1)


def written(folder: Path, text: str | None = None, name: str = "people.yaml") -> Path:
    path = folder / name
    path.write_text(example() if text is None else text, "utf-8")
    return path


def valid(body: Json, name: str | None = None) -> Json:
    """Return an answer that is as its schema says."""
    wanted = name or body["schema"].partition("/")[0]
    schema = json.loads((files("jumpkit.content") / "schemas" / f"{wanted}.json").read_text("utf-8"))
    jsonschema.validate(body, schema)
    assert set(body) <= set(schema["properties"]), "what is said is in the schema"
    return body
