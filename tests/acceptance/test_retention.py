"""How long a case is kept, and what a purge leaves to other cases."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema
from command.logs import quiet, write
from command.run import Json, assert_intact, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def kept(home: Path, verb: str = "list") -> dict[str, str]:
    body: Json = jumpkit(home, "retention", verb, "--json").one()
    jsonschema.validate(body, json.loads((files("jumpkit.content") / "schemas" / "retention.json").read_text("utf-8")))
    return {each["case"]: each["standing"] for each in body["cases"]}


def test_a_term_refuses_a_purge_until_it_has_run_out(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for title in ("one", "two"):
        jumpkit(home, "case", "open", "--title", title, "--severity", "low")
    one, two = "C-2026-0001", "C-2026-0002"
    assert kept(home) == {one: "free", two: "free"}
    jumpkit(home, "case", "retain", one, "--json", "--because", "x", code=2)
    jumpkit(home, "case", "retain", one, "--days", "30", "--because", "the contract with the client")
    error = jumpkit(home, "case", "purge", one, "--yes", "--json", code=4).one()["error"]
    assert "the contract with the client" in error["message"]
    jumpkit(home, "retention", "set", "--until", "2190-01-01", "--because", "policy")
    assert kept(home) == {one: "kept", two: "kept"}
    jumpkit(home, "case", "purge", two, "--yes", "--json", code=4)
    jumpkit(home, "case", "retain", one, "--until", "2020-01-01", "--because", "settled earlier")
    assert kept(home, "due") == {one: "due"}
    jumpkit(home, "case", "hold", one, "--signer", "Dana", "--reason", "claim 12")
    assert kept(home) == {one: "held", two: "kept"}
    assert "claim 12" in jumpkit(home, "case", "purge", one, "--yes", "--json", code=4).one()["error"]["message"]
    jumpkit(home, "case", "release", one, "L-1", "--signer", "Dana", "--reason", "settled")
    jumpkit(home, "case", "purge", one, "--yes")
    assert kept(home) == {two: "kept"}
    assert_intact(home)


def test_what_two_cases_hold_goes_with_the_last(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    shared = write(tmp_path / "one" / "a.json", *quiet(3))
    one = triage(home, shared)["case"]
    write(tmp_path / "two" / "a.json", *quiet(3))
    write(tmp_path / "two" / "b.json", *quiet(5))
    two = triage(home, tmp_path / "two")["case"]
    assert one != two
    sealed = {path.name for path in (home / "shelf").rglob("*") if path.is_file()}
    assert len(sealed) == 2
    certificate = jumpkit(home, "case", "purge", two, "--yes", "--json").one()
    [still] = [path.name for path in (home / "shelf").rglob("*") if path.is_file()]
    assert certificate["kept"]["artifacts"] == [still]
    assert certificate["removed"]["artifacts"] == sorted(sealed - {still})
    assert_intact(home)
    certificate = jumpkit(home, "case", "purge", one, "--yes", "--json").one()
    assert certificate["removed"]["artifacts"] == [still]
    assert certificate["kept"] is None
    assert not [path for path in (home / "shelf").rglob("*") if path.is_file()]
    assert_intact(home)
