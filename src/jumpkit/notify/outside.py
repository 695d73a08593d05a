"""Hands a message to Apprise, for what is neither mail nor webhook, in a process that reaches only what is meant."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from jumpkit.kit.errors import BadUsage, MissingExtra, Refused
from jumpkit.kit.text import mask_text, shown

if TYPE_CHECKING:
    from jumpkit.notify.channel import Channel

_SECONDS = 60
# What the other process gets of our surroundings: no secret, no proxy that would reach out in its place.
_PASSED = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_HIDDEN = 6  # letters; what is shorter is no secret, and hiding it would hide words


def by_apprise(channel: Channel, title: str, body: str) -> tuple[str, str | None, str | None]:
    """Try once, and return what became of it: state, receipt, because.

    Raises:
        MissingExtra: Apprise is not installed.
        BadUsage: the URL that the channel names is not there.
        Refused: it would have reached what nobody meant.

    """
    if find_spec("apprise") is None:
        hint = "pip install 'jumpkit[notify]'"
        raise MissingExtra("this channel needs the extra notify", target=f"channels.{channel.name}", hint=hint)
    url = os.environ.get(channel.url_env or "")
    if not url:
        raise BadUsage(f"the environment has no {channel.url_env}", target=f"channels.{channel.name}")
    told = json.dumps({"url": url, "title": title, "body": body, "private": channel.private})
    passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
    command = [sys.executable, "-B", "-m", "jumpkit.notify.carry"]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, by its full name
            command, input=told, capture_output=True, text=True, timeout=_SECONDS, env=passed, check=False
        )
    except subprocess.TimeoutExpired:
        return "unknown", None, f"nothing was heard for {_SECONDS} seconds"
    return _read(done, channel, url)


def _read(done: subprocess.CompletedProcess[str], channel: Channel, url: str) -> tuple[str, str | None, str | None]:
    try:
        became = json.loads(done.stdout)
        state, because = str(became["state"]), became["because"]
    except (ValueError, KeyError, TypeError):
        return "unknown", None, f"Apprise ended without a word, with {done.returncode}"
    if state == "refused":
        hint = "a channel that is meant to stay inside says private = true"
        raise Refused(f"the channel was stopped: {because}", target=channel.name, hint=hint)
    return state, "Apprise: accepted" if state == "sent" else None, _without(because, url)


def _without(because: str | None, url: str) -> str | None:
    """Return what Apprise said, without any part of the URL that may be a secret."""
    if because is None:
        return None
    parts = (part for part in url.replace("?", "/").replace("&", "/").replace("@", "/").replace(":", "/").split("/"))
    for part in sorted({part for part in parts if len(part) >= _HIDDEN}, key=len, reverse=True):
        because = because.replace(part, "[masked]")
    return shown(mask_text(because))
