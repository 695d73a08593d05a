"""The drawn tree of what can go wrong, each named for what happened, with the exit code that contract promises."""

from __future__ import annotations


class JumpkitError(Exception):
    """Something went wrong that a person can be told about: what happened, to what, and what to do next."""

    kind = "error"
    exit_code = 5

    def __init__(self, message: str, *, target: str | None = None, hint: str | None = None) -> None:
        """Keep the sentence, what it is about, and the next step."""
        super().__init__(message)
        self.message = message
        self.target = target
        self.hint = hint


class BadUsage(JumpkitError):
    """The command was asked in a way that it cannot be answered."""

    kind = "usage"
    exit_code = 2


class NotFound(BadUsage):
    """What was named does not exist here."""

    kind = "not_found"
    code: str | None = None  # the provider's own word for it, where a provider said so


class MissingExtra(BadUsage):
    """A part of the package that this needs is not installed."""

    kind = "missing_extra"


class FellShort(JumpkitError):
    """It was done, and something fell short."""

    kind = "fell_short"
    exit_code = 1


class Tampered(FellShort):
    """Bytes or rows are not what the ledger says they were."""

    kind = "tampered"


class Unreadable(FellShort):
    """Bytes could not be understood; the reason says why."""

    kind = "unreadable"


class ProviderError(JumpkitError):
    """The provider did not do what was asked."""

    kind = "provider"
    exit_code = 3
    code: str | None = None  # the provider's own word for it
    request_id: str | None = None
    date: str | None = None  # the provider's clock, RFC 3339


class Denied(ProviderError):
    """The provider refused for lack of rights: what was asked about is unknown, not absent."""

    kind = "denied"


class Unreachable(ProviderError):
    """The provider or a server did not answer."""

    kind = "unreachable"


class Throttled(Unreachable):
    """The provider did nothing, for there were too many calls; the same call may be sent again."""

    kind = "throttled"


class Refused(JumpkitError):
    """A gate, an approval, a right or a lock stood in the way; nothing was changed."""

    kind = "refused"
    exit_code = 4


class Busy(Refused):
    """Another writer holds the workspace."""

    kind = "busy"


class NoSpace(Refused):
    """The disk has not enough room for what was asked; nothing was copied."""

    kind = "no_space"


class Drifted(Refused):
    """The world is no longer as it was when this was planned."""

    kind = "drifted"
