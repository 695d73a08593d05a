"""Every kind that a sweep looks for: what its example is told as, which action takes it away, what logs call it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from jumpkit.investigate.persistence.table import table
from jumpkit.respond.catalog import action, ids
from jumpkit.respond.rights import rights
from jumpkit.respond.sweep.finding import things
from jumpkit.respond.sweep.kinds import kinds

if TYPE_CHECKING:
    from jumpkit.respond.sweep.kinds import Kind

KINDS = list(kinds().values())
ACCOUNT = "111122223333"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_its_example_is_told(kind: Kind) -> None:
    [found] = things(kind, [kind.example["row"]], ACCOUNT, None if kind.reach == "global" else "eu-west-1")
    assert found.name == kind.example["name"]
    assert list(found.lets_in) == kind.example.get("lets_in", [])
    if kind.said["holder"]:
        assert found.holder
    assert found.holder == kind.example.get("holder", found.holder)
    assert found.log_names
    assert not found.odd


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_what_it_says_is_so(kind: Kind) -> None:
    assert set(kind.log_kinds) <= {each.kind for each in table().kinds}
    assert all(re.fullmatch(r"T\d{4}(\.\d{3})?", each) for each in kind.attack)
    assert kind.otherwise.endswith(".")
    for ask in kind.asks():
        assert rights(ask.service, ask.operation)
    if kind.remedy is None:
        return
    assert kind.remedy.action in ids()
    [found] = things(kind, [kind.example["row"]], ACCOUNT, None)
    assert found.action is not None
    chosen = action(kind.remedy.action)
    assert set(found.action["options"]) <= set(chosen.spec.options)
    assert chosen.spec.verb != "collect"


def test_a_stranger_alone_makes_a_policy_worth_telling() -> None:
    kind = kinds()["bucket_policy"]
    own = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "s3:*", "Resource": "*"}]}
    assert list(things(kind, [{"Bucket": "b", "Policy": own}], ACCOUNT, None)) == []
    assert list(things(kind, [kind.example["row"]], "999988887777", None)) == []
