"""C-09 (AWS): a catalogue of typed actions of every verb, each with effect, danger, rights, undo, proof and ids."""

from __future__ import annotations

from command.run import jumpkit

from jumpkit.app.actions import shown

VERBS = {"collect", "contain", "eradicate", "recover", "guard"}


def test_the_catalogue() -> None:
    listed = jumpkit(None, "actions", "list", "--json").one()["actions"]
    assert len(listed) >= 60
    assert {each["verb"] for each in listed} == VERBS
    assert jumpkit(None, "actions", "lint", "--json").one()["problems"] == []
    for each in listed:
        whole = shown(each["action"])
        assert whole["reads"], each["action"]
        assert whole["effect"]
        assert whole["proof"]
        assert whole["attack"]
        assert whole["d3fend"] or whole["verb"] == "collect"
        assert (whole["undo"] is None) == (not each["reversible"])


def test_one_kind_and_one_verb_are_chosen() -> None:
    chosen = jumpkit(None, "actions", "list", "--verb", "contain", "--target", "role", "--json").one()["actions"]
    assert chosen
    assert {(each["verb"], each["target"]) for each in chosen} == {("contain", "role")}
