"""How much of a hostile input is taken before it is turned away."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run, all in bytes unless said otherwise."""

    max_inflated: int = 64 << 30  # what one artifact may inflate to in all
    bomb_ratio: int = 200  # times; together with bomb_floor
    bomb_floor: int = 1 << 30
    max_bombs: int = 3  # bombs in one archive until the rest of it is not read either
    max_depth: int = 3  # layers of packing, a compressed tar counting as one
    one_chunk: int = 64 << 20  # a member up to this comes whole
    chunk: int = 16 << 20  # about what a larger line-wise member is cut into
    max_whole: int = 1 << 30  # of what can only be read as a whole: one JSON document, a line, a nested zip
    max_index: int = 128 << 20  # of a zip's list of members
    reserve: int = 256 << 20  # left free on the disk
