"""Channels as people write them down: where messages go, up to which TLP, and which addresses are allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jumpkit.kit.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Mapping

TLP = ("clear", "green", "amber", "amber+strict", "red")  # from the widest circle to the narrowest
_KINDS = ("smtp", "webhook", "apprise")
_WAY = ("kind", "url", "to", "sender", "user", "private", "starttls", "url_env")
_KNOWN = frozenset({*_WAY, "tlp", "secret_env", "password_env", "about", "depends_on", "out_of_band", "ours"})


@dataclass(frozen=True, slots=True)
class Channel:
    """One way out. Secrets are never written down here: the names of environment variables are."""

    name: str
    kind: str  # smtp, webhook, apprise
    url: str  # smtp://host:port, smtps://host:port, https://…; empty for apprise, whose URLs hold secrets
    tlp: str  # the most confidential level that may take this way
    to: tuple[str, ...]  # addresses of mail
    sender: str | None
    user: str | None
    password_env: str | None
    secret_env: str | None  # of a webhook: what its messages are signed with
    private: bool  # hosts in private networks are meant, not reached by a trick
    starttls: bool
    depends_on: tuple[str, ...] | None = None  # services; None: nobody said
    out_of_band: bool = False
    ours: bool = False  # it reaches nobody but our own people
    url_env: str | None = None  # of Apprise: the variable that holds its URL


def read_channels(told: Mapping[str, Any]) -> dict[str, Channel]:
    """Return the channels of the settings' table `channels`.

    Raises:
        BadUsage: one is not understood; the name and what is wrong are said.

    """
    return {name: _channel(name, each) for name, each in told.items()}


def _channel(name: str, told: Any) -> Channel:
    where = f"config.toml: channels.{name}"
    if not isinstance(told, dict) or set(told) - _KNOWN:
        unknown = ", ".join(sorted(set(told) - _KNOWN)) if isinstance(told, dict) else "no table"
        raise BadUsage(
            f"the channel is not understood: {unknown}", target=where, hint=f"known: {', '.join(sorted(_KNOWN))}"
        )
    kind, url = told.get("kind"), str(told.get("url", ""))
    _check_place(told, where)
    if str(told.get("tlp")).lower() not in TLP:
        raise BadUsage("a channel says up to which TLP it may be used", target=where, hint=f"tlp = one of {TLP}")
    to = told.get("to", [])
    addresses = tuple([to] if isinstance(to, str) else [str(each) for each in to])
    if kind == "smtp" and not (addresses and told.get("sender")):
        raise BadUsage("mail needs `to` and `sender`", target=where)
    if urlsplit(url).scheme == "http" and not told.get("private"):
        raise BadUsage(
            "what is not encrypted stays in a private network", target=where, hint="https, or private = true"
        )
    return Channel(
        name,
        str(kind),
        url,
        str(told["tlp"]).lower(),
        addresses,
        told.get("sender"),
        told.get("user"),
        told.get("password_env"),
        told.get("secret_env"),
        bool(told.get("private", False)),
        bool(told.get("starttls", True)),
        _depends_on(told, where),
        out_of_band=told.get("out_of_band") is True,
        ours=told.get("ours") is True,
        url_env=told.get("url_env"),
    )


def _check_place(told: Mapping[str, Any], where: str) -> None:
    """Return if a channel says where it leads, as its kind wants it."""
    kind, url = told.get("kind"), str(told.get("url", ""))
    if kind == "apprise":
        if "url" in told or not isinstance(told.get("url_env"), str):
            hint = 'url_env = "PAGER_URL", since such a URL holds secrets'
            raise BadUsage("a channel of kind apprise names the variable with its URL", target=where, hint=hint)
        return
    schemes = ("smtp", "smtps") if kind == "smtp" else ("http", "https")
    if kind not in _KINDS or urlsplit(url).scheme not in schemes or not urlsplit(url).hostname:
        hint = 'url = "smtp://mail.example:587"'
        raise BadUsage("kind is smtp, webhook or apprise, and url fits it", target=where, hint=hint)


def _depends_on(told: Mapping[str, Any], where: str) -> tuple[str, ...] | None:
    """Return the services that a channel depends on; None where nobody said, and an empty list says: on none."""
    named = told.get("depends_on")
    if named is None:
        return None
    if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
        raise BadUsage("depends_on is a list of services", target=where, hint='depends_on = ["corp-mail"], or []')
    return tuple(named)


def may_carry(channel: Channel, tlp: str) -> bool:
    """Tell whether what is marked so may take this way."""
    return TLP.index(tlp) <= TLP.index(channel.tlp)
