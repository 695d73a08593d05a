"""Passwords, as argon2id; to check one takes as long whether or not there is such an account."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jumpkit.kit.errors import BadUsage, MissingExtra

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 8, 1024  # characters


def hashed(password: str, name: str) -> str:
    """Return what is kept of a password.

    Raises:
        BadUsage: it is too short, too long, or the name itself.

    """
    if not SHORTEST <= len(password) <= LONGEST:
        hint = "a few words that nobody would guess are easier to remember than signs"
        raise BadUsage(f"a password has {SHORTEST} to {LONGEST} characters", target="password", hint=hint)
    if password.casefold() == name.casefold() or len(set(password)) == 1:
        raise BadUsage("that is the first password that anybody would try", target="password", hint="choose another")
    return _hasher().hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one that was kept; where none was, the same work is done for nothing."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - of the extra `web`

    try:
        right = _hasher().verify(kept or _nobodys(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


@cache
def _nobodys() -> str:
    return _hasher().hash("the password of nobody")


@cache
def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher  # noqa: PLC0415 - of the extra `web`
    except ModuleNotFoundError as caught:
        raise MissingExtra(
            "argon2, which keeps passwords, is not installed", target="web", hint="pip install 'jumpkit[web]'"
        ) from caught
    return PasswordHasher()
