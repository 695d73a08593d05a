"""Ids and choices that look random and are the same again from the same seed; nothing here is a secret."""

from __future__ import annotations

import base64
import random
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_HEX_KINDS = {
    "ami": 17, "eni": 17, "i": 17, "lt": 17, "rtb": 17, "sg": 17, "sgr": 17, "snap": 17, "subnet": 17, "vol": 17,
    "vpc": 17, "eipalloc": 17, "r": 17,
}  # fmt: skip
_ID_KINDS = {"akia": "AKIA", "asia": "ASIA", "aida": "AIDA", "aroa": "AROA", "anpa": "ANPA"}


@dataclass(frozen=True, slots=True)
class Mint:
    """A source of ids; two mints of one seed strike the same coins in the same order."""

    rng: random.Random

    @classmethod
    def of(cls, *seed: object) -> Mint:
        """Return the mint of this seed."""
        return cls(random.Random("|".join(str(part) for part in seed)))  # noqa: S311 - a lab must be repeatable

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[int(self.rng.random() * len(choices))]

    def uuid(self) -> str:
        """Return a UUID of version 4."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def hex(self, length: int) -> str:
        """Return `length` hex digits."""
        return f"{self.rng.getrandbits(4 * length):0{length}x}"

    def text(self, length: int, alphabet: str = _ALNUM) -> str:
        """Return `length` letters of the alphabet."""
        return "".join(self.rng.choices(alphabet, k=length))

    def token(self) -> str:
        """Return what a session token looks like, shortened."""
        return "IQoJb3JpZ2luX2Vj" + base64.b64encode(self.rng.randbytes(141)).decode("ascii")

    def make(self, kind: str) -> str:
        """Return a fresh id of a kind: by the vendor's prefix (asia, snap, i, sg), or uuid, token, hex, num, word."""
        if kind in _ID_KINDS:
            return _ID_KINDS[kind] + self.text(17 if kind in {"aida", "aroa", "anpa"} else 16, _BASE32)
        if kind in _HEX_KINDS:
            return f"{kind}-0{self.hex(_HEX_KINDS[kind] - 1)}"
        makers: dict[str, Callable[[], str]] = {
            "uuid": self.uuid,
            "token": self.token,
            "hex": lambda: self.hex(32),
            "sha": lambda: self.hex(64),
            "short": lambda: self.hex(8),
            "word": lambda: self.text(6),
            "num": lambda: str(self.rng.randrange(1000, 99999)),
        }
        return makers[kind]()
