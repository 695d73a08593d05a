"""The tree of RFC 6962 over exact bytes: roots, and proofs that a stranger can check; it stores nothing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(line: bytes) -> bytes:
    """Return SHA256(00 || line)."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA256(01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the tree head of leaf hashes, in order; that of no leaves is SHA256 of nothing."""
    return roots_at(leaves, [len(leaves)])[len(leaves)]


def roots_at(leaves: Iterable[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """Return the tree head at each of `sizes` that the leaves reach, in one pass over them."""
    wanted = set(sizes)
    found = {0: EMPTY} if 0 in wanted else {}
    peaks: list[tuple[int, bytes]] = []  # whole subtrees, largest first: how many leaves, and their head
    for size, leaf in enumerate(leaves, start=1):
        count, head = 1, leaf
        while peaks and peaks[-1][0] == count:
            head = node_hash(peaks.pop()[1], head)
            count *= 2
        peaks.append((count, head))
        if size in wanted:
            found[size] = _folded(peaks)
    return found


def _folded(peaks: Sequence[tuple[int, bytes]]) -> bytes:
    head = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        head = node_hash(left, head)
    return head


def _split(size: int) -> int:
    """Return the largest power of two below `size`, where a tree of more than one leaf is cut."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of leaf `index`, from the leaf upwards (RFC 6962, 2.1.1)."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"there is no leaf {index} among {len(leaves)}")
    path: list[bytes] = []
    start, end = 0, len(leaves)
    while end - start > 1:
        cut = start + _split(end - start)
        if index < cut:
            path.append(root(leaves[cut:end]))
            end = cut
        else:
            path.append(root(leaves[start:cut]))
            start = cut
    return path[::-1]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes) -> bool:
    """Tell whether `proof` shows the leaf at `index` of the tree of `size` leaves and this head."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == head


def consistency_proof(leaves: Sequence[bytes], older: int) -> list[bytes]:
    """Return what shows that the first `older` leaves were not changed (RFC 6962, 2.1.2)."""
    if not 0 < older <= len(leaves):
        raise ValueError(f"a tree of {len(leaves)} leaves has no earlier one of {older}")
    path: list[bytes] = []
    start, end, whole = 0, len(leaves), True
    while older != end - start:
        cut = _split(end - start)
        if older <= cut:
            path.append(root(leaves[start + cut : end]))
            end = start + cut
        else:
            path.append(root(leaves[start : start + cut]))
            start, older, whole = start + cut, older - cut, False
    return ([] if whole else [root(leaves[start:end])]) + path[::-1]


def consistent(older: tuple[int, bytes], newer: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Tell whether `proof` shows that the tree `newer` (size, head) only adds to `older`."""
    (small, old_head), (large, new_head) = older, newer
    if not 0 < small <= large:
        return False
    if small == large:
        return not proof and old_head == new_head
    path = list(proof) if small & (small - 1) else [old_head, *proof]
    if not path:
        return False
    return _walk(path, small, large) == (old_head, new_head)


def _walk(path: Sequence[bytes], small: int, large: int) -> tuple[bytes, bytes] | None:
    place, last = small - 1, large - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return the tree level by level, leaves first; a node without a neighbor moves up as it is."""
    made = [list(leaves)]
    while len(made[-1]) > 1:
        below = made[-1]
        above = [node_hash(below[place], below[place + 1]) for place in range(0, len(below) - 1, 2)]
        made.append(above + below[len(below) & ~1 :])
    return made


def path_in(tree: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """Return the audit path of leaf `index`, as `inclusion_proof` does, from levels worked out once."""
    path = []
    for level in tree[:-1]:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        index >>= 1
    return path
