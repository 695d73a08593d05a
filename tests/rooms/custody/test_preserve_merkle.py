from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumpkit.preserve import merkle

if TYPE_CHECKING:
    from collections.abc import Sequence


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def plain_root(lines: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not lines:
        return sha(b"")
    if len(lines) == 1:
        return sha(b"\x00" + lines[0])
    cut = 1
    while cut * 2 < len(lines):
        cut *= 2
    return sha(b"\x01" + plain_root(lines[:cut]) + plain_root(lines[cut:]))


def plain_path(index: int, lines: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(lines) == 1:
        return []
    cut = 1
    while cut * 2 < len(lines):
        cut *= 2
    if index < cut:
        return [*plain_path(index, lines[:cut]), plain_root(lines[cut:])]
    return [*plain_path(index - cut, lines[cut:]), plain_root(lines[:cut])]


def plain_proof(older: int, lines: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF of RFC 6962, 2.1.2."""
    if older == len(lines):
        return [] if whole else [plain_root(lines)]
    cut = 1
    while cut * 2 < len(lines):
        cut *= 2
    if older <= cut:
        return [*plain_proof(older, lines[:cut], whole=whole), plain_root(lines[cut:])]
    return [*plain_proof(older - cut, lines[cut:], whole=False), plain_root(lines[:cut])]


def test_the_published_vectors_of_certificate_transparency() -> None:
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [merkle.leaf_hash(bytes.fromhex(each)) for each in inputs]
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize("size", range(1, 34))
def test_roots_and_proofs_are_those_of_the_definition(size: int) -> None:
    lines = [f"line {number}".encode() for number in range(size)]
    leaves = [merkle.leaf_hash(line) for line in lines]
    head = plain_root(lines)
    assert merkle.root(leaves) == head
    for index in range(size):
        proof = merkle.inclusion_proof(leaves, index)
        assert proof == plain_path(index, lines)
        assert merkle.included(leaves[index], index, size, proof, head)
    for older in range(1, size + 1):
        proof = merkle.consistency_proof(leaves, older)
        assert proof == plain_proof(older, lines)
        assert merkle.consistent((older, plain_root(lines[:older])), (size, head), proof)


def test_all_heads_come_of_one_pass() -> None:
    lines = [str(number).encode() for number in range(20)]
    leaves = [merkle.leaf_hash(line) for line in lines]
    heads = merkle.roots_at(leaves, [0, 1, 7, 20, 21])
    assert heads == {size: plain_root(lines[:size]) for size in (0, 1, 7, 20)}


LINES = st.lists(st.binary(max_size=8), min_size=2, max_size=40)


@given(LINES, st.data())
def test_a_proof_fits_nothing_else(lines: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(line) for line in lines]
    size, head = len(leaves), merkle.root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(leaves, index)
    other = merkle.leaf_hash(lines[index] + b"x")
    assert not merkle.included(other, index, size, proof, head)
    assert not merkle.included(leaves[index], index, size, [*proof, head], head)
    assert not merkle.included(leaves[index], index, size, proof[:-1], head)
    assert not merkle.included(leaves[index], size, size, proof, head)


@given(LINES, st.data())
def test_a_rewritten_log_has_no_consistency_proof(lines: list[bytes], data: st.DataObject) -> None:
    older = data.draw(st.integers(1, len(lines) - 1))
    index = data.draw(st.integers(0, older - 1))
    before = merkle.root([merkle.leaf_hash(line) for line in lines[:older]])
    changed = [*lines[:index], lines[index] + b"x", *lines[index + 1 :]]
    leaves = [merkle.leaf_hash(line) for line in changed]
    proof = merkle.consistency_proof(leaves, older)
    assert not merkle.consistent((older, before), (len(leaves), merkle.root(leaves)), proof)
    assert not merkle.consistent((older, before), (len(leaves), merkle.root(leaves)), [])


def test_a_proof_of_what_is_not_there_is_refused() -> None:
    leaves = [merkle.leaf_hash(b"a")]
    with pytest.raises(ValueError, match="no leaf 1"):
        merkle.inclusion_proof(leaves, 1)
    with pytest.raises(ValueError, match="no earlier one of 2"):
        merkle.consistency_proof(leaves, 2)
