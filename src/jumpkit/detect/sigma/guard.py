"""What pySigma makes of a stranger's values is a reason, never a crash."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import re2
from sigma import exceptions
from sigma.policy import SigmaPolicy
from sigma.policy.regex_engine import RegexEngine

from jumpkit.detect.leaf import pattern

if TYPE_CHECKING:
    from collections.abc import Callable

_FLAGS = ((re.IGNORECASE, "i"), (re.MULTILINE, "m"), (re.DOTALL, "s"))


class Unrunnable(ValueError):  # named for what happened, as the errors of kit are
    """The rule cannot be run; the message says why."""


class _Quiet(RegexEngine):
    """RE2 that does not write to stderr."""

    error = re2.error

    def compile(self, pattern_: str, flags: int = 0) -> Any:
        """Compile in linear time."""
        letters = "".join(letter for flag, letter in _FLAGS if flags & flag)
        return pattern(f"(?{letters}){pattern_}" if letters else pattern_)


def guarded(build: Callable[[], Any]) -> Any:
    """Run a piece of pySigma; whatever it makes of a stranger's values becomes a reason."""
    try:
        return build()
    except exceptions.SigmaError as error:
        raise Unrunnable(sentence(error)) from error
    except RecursionError as error:
        raise Unrunnable("nested too deeply") from error
    except (TypeError, AttributeError, KeyError, IndexError, ValueError, OverflowError) as error:
        if isinstance(error, Unrunnable):
            raise
        raise Unrunnable(f"not as Sigma has it ({type(error).__name__}: {error})") from error


def sentence(error: Exception) -> str:
    """Return an error's message on one bounded line."""
    return " ".join(str(error).split())[:300]


def policy() -> SigmaPolicy:
    """Return the policy under which pySigma reads regular expressions."""
    return SigmaPolicy(regex_engine=_Quiet())
