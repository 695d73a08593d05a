"""Carries one message by Apprise, in a process of its own and behind a fence: `python -m jumpkit.notify.carry`."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

from jumpkit.notify.fence import Fence

_ANSWERED = re.compile(r"error=(\d{3})\b")


class _Heard(logging.Handler):
    """Keeps what Apprise warns of, for whoever asked."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def main() -> None:
    """Read one message from stdin, try it once, and print what became of it."""
    told = json.load(sys.stdin)
    sys.stdout.write(json.dumps(carried(told)) + "\n")


def carried(told: dict[str, Any]) -> dict[str, str | None]:
    """Return what became of a message: sent, failed, unknown, or refused by the fence."""
    import apprise  # noqa: PLC0415 - an extra, loaded where it is used

    heard = _Heard()
    logging.getLogger("apprise").addHandler(heard)
    asset = apprise.AppriseAsset(
        async_mode=False, http_redirects=False, plugin_paths=None, interpret_escapes=False, interpret_emojis=False
    )
    fence = Fence(bool(told["private"]))
    fence.put_up()
    service = apprise.Apprise.instantiate(told["url"], asset=asset)
    if not isinstance(service, apprise.NotifyBase):
        return {"state": "failed", "because": "Apprise does not understand the URL"}
    carrier = apprise.Apprise(asset=asset)
    carrier.add(service)
    done = carrier.notify(body=told["body"], title=told["title"], body_format=apprise.NotifyFormat.TEXT)
    return _became(fence, heard.said, done=bool(done))


def _became(fence: Fence, said: list[str], *, done: bool) -> dict[str, str | None]:
    if fence.refused and not fence.reached:
        return {"state": "refused", "because": fence.refused[0]}
    if done and fence.reached:
        return {"state": "sent", "because": None}
    if done:
        return {"state": "unknown", "because": "Apprise says that it is sent, and spoke to nobody over a network"}
    words = " ".join([*fence.refused[:1], *said])[:500] or "Apprise gives no reason"
    answered = _ANSWERED.search(words)
    # Without an answer, and once somebody was spoken to, nobody can say whether it arrived.
    state = "failed" if answered or not fence.reached else "unknown"
    return {"state": state, "because": words}


if __name__ == "__main__":
    main()
