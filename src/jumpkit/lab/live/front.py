"""What stands before the emulator: it knows the callers, moves the clock for those who may, and notes each call."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any

from jumpkit.lab.live import callers, clock, history
from jumpkit.lab.live.control import ACCOUNT, ADDRESS, CLOCK, DENY, PREFIX, QUIET, RUN, SERVICE, STEP, TOKEN
from jumpkit.lab.live.exchange import ask, give, header, read_body, strip
from jumpkit.lab.live.hearing import Answered, Incoming, heard, with_request_id
from jumpkit.lab.live.identities import identity_of
from jumpkit.lab.live.journal import Journal, Noted
from jumpkit.lab.live.recording import Asked, accounts_of, filed, written
from jumpkit.lab.live.refusals import refusal
from jumpkit.lab.live.spelling import table
from jumpkit.lab.mint import Mint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jumpkit.lab.live.callers import Signed
    from jumpkit.lab.live.exchange import Environ
    from jumpkit.lab.live.refusals import Reason

_MACHINE_ROOM = "/moto-api"


class Front:
    """The WSGI application in front of the emulator's own."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], token: str) -> None:
        """Remember the emulator and the token of those who are believed."""
        self._inner = inner
        self._token = token
        self._mint = Mint.of(token)
        self.journal = Journal()
        self.when_told_to_stop: Callable[[], None] = lambda: None

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        trusted = hmac.compare_digest(header(environ, TOKEN).encode(), self._token.encode())
        path, method = str(environ.get("PATH_INFO", "")), str(environ.get("REQUEST_METHOD", ""))
        if path.startswith((PREFIX, _MACHINE_ROOM)) and not trusted:
            return give(start, method, Answered(403, {}, b""))
        if path.startswith(PREFIX):
            told = json.dumps(self._told(path.removeprefix(PREFIX))).encode()
            return give(start, method, Answered(200, {"content-type": "application/json"}, told))
        if not trusted:
            strip(environ)
        with clock.moved(float(header(environ, CLOCK) or 0)):
            return give(start, method, self._call(environ))

    def _told(self, what: str) -> Any:
        """Do what one of the lab's own programs asks."""
        if what == "stop":
            self.when_told_to_stop()
        if what.startswith("records/"):
            return [each.as_dict() for each in self.journal.of_run(what.removeprefix("records/") or None)]
        return {"alive": True, "records": len(self.journal.noted), "unread": self.journal.unread}

    def _call(self, environ: Environ) -> Answered:
        """Return the answer to a call, which is noted unless its key is worth nothing."""
        by = callers.signed(environ)
        body = read_body(environ)
        if by is None:
            return ask(self._inner, environ)
        if not header(environ, ACCOUNT) and (worth := callers.standing(by.key)) != "active":
            return self._refused(environ, by, "expired" if worth == "expired" else "unknown")
        asked = None if header(environ, QUIET) else self._asked(environ, body, by)
        answered, request_id = with_request_id(self._answered(environ, by, asked), self._mint.uuid())
        if asked is not None:
            run, step = header(environ, RUN) or None, header(environ, STEP) or None
            records = written(asked, answered, request_id, self._mint, len(body))
            self.journal.add([Noted(entry, logged, run, step) for entry, logged in records])
        return answered

    def _answered(self, environ: Environ, by: Signed, asked: Asked | None) -> Answered:
        """Return the answer: of the emulator, or what it cannot say and the front can."""
        if header(environ, DENY):
            return self._refused(environ, by, "denied")
        if asked is not None and asked.call.operation == history.OPERATION:
            return history.answer(self.journal, asked.who.account, by.region, asked.call.parameters)
        return ask(self._inner, environ)

    def _refused(self, environ: Environ, by: Signed, reason: Reason) -> Answered:
        return refusal(by.service, str(environ.get("CONTENT_TYPE", "")), reason, self._mint.uuid())

    def _asked(self, environ: Environ, body: bytes, by: Signed) -> Asked | None:
        """Return what is about to be called, None where nobody writes it down; what is not understood is counted."""
        call = heard(Incoming(environ, body), by)
        if call is None:
            self.journal.miss(by.service)
            return None
        service = header(environ, SERVICE)
        who = identity_of(by, service or None, header(environ, ACCOUNT) or None)
        if who is None or f"{call.service} {call.operation}" in table()["unwritten"]:
            return None
        address = header(environ, ADDRESS) or str(environ.get("REMOTE_ADDR", ""))
        agent = str(environ.get("HTTP_USER_AGENT", ""))
        return Asked(call, who, service or address, service or agent, filed(call, accounts_of(call, who)))
