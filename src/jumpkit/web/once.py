"""Doors that write: a request with a key is carried out once, and a case that changed meanwhile is not written to."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from jumpkit.app.casebook import one_case
from jumpkit.app.requests import Again, tag_of
from jumpkit.app.requests import Request as Asked
from jumpkit.app.workspace import Opening
from jumpkit.coordinate.show import without_privileged
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import BadUsage, Drifted
from jumpkit.web.failing import Changed, Unusable, reply
from jumpkit.web.seat import Seat, needs

_KEPT = timedelta(hours=24)  # how long an answer is given again word for word
_LONGEST = 255  # characters of a key

Do = Callable[[Opening], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who writes, and the request by which they do."""

    seat: Seat
    asked: Asked

    def does(self, do: Do, status: int = 201) -> Response:
        """Do it, or answer as before where it was done; the answer is the case as it then is."""
        try:
            body = do(replace(self.seat.opening, request=self.asked))
        except Again as again:
            return self._again(again)
        except Drifted as drifted:
            raise Changed(drifted.message, target=drifted.target, hint=drifted.hint) from drifted
        except BadUsage as error:
            if error.target == "Idempotency-Key":
                raise Unusable(error.message, target=error.target, hint=error.hint) from error
            raise
        answer = shown(self.seat, body)
        tag = self._tag(str(body["case"]))
        self._keep(answer, str(body["case"]), tag, status)
        return reply(answer, status, {"etag": f'"{tag}"'})

    def _tag(self, case: str) -> str:
        with self.seat.reading() as desk, desk.book.read() as tx:
            return tag_of(tx, case)

    def _keep(self, answer: dict[str, Any], case: str, tag: str, status: int) -> None:
        if self.asked.key is None:
            return
        now = self.seat.opening.clock()
        row = {"request": self.asked.key, "case": case, "body": json.dumps(answer), "etag": tag, "status": status}
        with self.seat.house.standing.passing.write() as passing:
            passing.delete_before("answer", "recorded", stamp(now - _KEPT))
            passing.upsert("answer", [{**row, "recorded": stamp(now)}])

    def _again(self, again: Again) -> Response:
        """Answer a request that was carried out: as then, or, where that answer is gone, with the case as it is."""
        with self.seat.house.standing.passing.read() as passing:
            row = passing.one("answer", request=self.asked.key)
        if row is not None:
            headers = {"etag": f'"{row["etag"]}"', "idempotent-replayed": "true"}
            return Response(row["body"].encode(), row["status"], headers, "application/json")
        with self.seat.reading() as desk:
            body = one_case(desk, again.case) | {"entered": again.entered}
        headers = {"etag": f'"{self._tag(again.case)}"', "idempotent-replayed": "true"}
        return reply(shown(self.seat, body), 201, headers)


def writes(right: str) -> Callable[..., Any]:
    """Return a dependency that lets through whoever has a right, and tells their request from others."""
    admitted = needs(right)

    async def handed(request: Request, seat: Annotated[Seat, Depends(admitted)]) -> Hand:
        key, tag = request.headers.get("idempotency-key"), request.headers.get("if-match")
        if key is not None and not 0 < len(key) <= _LONGEST:
            raise BadUsage("that is no key", target="Idempotency-Key", hint=f"1 to {_LONGEST} characters")
        if key is not None:
            place = [seat.name, request.method, request.url.path, key]
            key = sha256_hex(json.dumps(place).encode())
        body = await request.body() if key is not None else b""
        return Hand(seat, Asked(key, sha256_hex(body), _tag_in(tag)))

    return handed


def shown(seat: Seat, body: dict[str, Any]) -> dict[str, Any]:
    """Return a case as somebody may see it."""
    return body if seat.may("privileged.read") else without_privileged(body)


def _tag_in(header: str | None) -> str | None:
    """Return the tag of an `If-Match`; `*` fits whatever is there."""
    if header is None or header.strip() == "*":
        return None
    return header.strip().removeprefix("W/").strip('"')
