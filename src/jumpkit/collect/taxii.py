"""Fetches the objects of a TAXII 2.1 collection; what they mean is not known here."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from jumpkit.kit.errors import BadUsage, Denied, Refused, Unreachable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEDIA = "application/taxii+json;version=2.1"
_PAGES = 10_000
_LARGEST = 128 << 20  # bytes of one page
_SECONDS = 60
_LOCAL = ("localhost", "127.0.0.1", "::1")
_DENIED = (401, 403)


@dataclass(frozen=True, slots=True)
class Login:
    """How a server is told who asks; empty where it asks nobody."""

    user: str | None = None
    password: str | None = None
    token: str | None = None

    def header(self) -> dict[str, str]:
        """Return the header that says it."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        if self.user:
            pair = f"{self.user}:{self.password or ''}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        return {}


def fetch(url: str, login: Login, *, added_after: str | None = None) -> bytes:
    """Return one STIX bundle of all indicators, and what explains them, of the collection at `url`.

    Raises:
        BadUsage: the address is none of a collection.
        Denied, Unreachable: the server does not hand them out.
        Unreadable: it answers something else.

    """
    objects: list[Any] = []
    for page in _pages(_place(url), login, added_after):
        objects += page
    return json.dumps({"type": "bundle", "objects": objects}).encode()


def _place(url: str) -> str:
    """Return where a collection's objects lie."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or "/collections/" not in parts.path:
        hint = "such as https://taxii.example/api1/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/"
        raise BadUsage("this is no address of a TAXII 2.1 collection", target=url, hint=hint)
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise Refused("indicators and passwords are not sent in the clear", target=url, hint="use https")
    path = parts.path.rstrip("/").removesuffix("/objects")
    return f"{parts.scheme}://{parts.netloc}{path}/objects/"


def _pages(place: str, login: Login, added_after: str | None) -> Iterator[list[Any]]:
    after = f"&added_after={quote(added_after)}" if added_after else ""
    following = ""
    for _ in range(_PAGES):
        answer = _asked(f"{place}?limit=1000{after}{following}", login)
        yield [item for item in answer.get("objects") or () if isinstance(item, dict)]
        if not answer.get("more") or not answer.get("next"):
            return
        following = f"&next={quote(str(answer['next']))}"
    raise Unreadable(f"the server has more than {_PAGES} pages", target=place, hint="narrow it with --added-after")


def _asked(url: str, login: Login) -> dict[str, Any]:
    request = urllib.request.Request(url, headers={"Accept": _MEDIA, **login.header()})  # noqa: S310 - https, or this machine
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=_SECONDS) as response:
            data = response.read(_LARGEST + 1)
    except urllib.error.HTTPError as error:
        if error.code in _DENIED:
            hint = "JUMPKIT_TAXII_USER and JUMPKIT_TAXII_PASSWORD, or JUMPKIT_TAXII_TOKEN, say who asks"
            raise Denied(f"the server refuses ({error.code})", target=url, hint=hint) from error
        raise Unreachable(
            f"the server answers {error.code}", target=url, hint="is this a collection's address?"
        ) from error
    except OSError as error:
        raise Unreachable(f"the server cannot be asked: {error}", target=url, hint="try again later") from error
    if len(data) > _LARGEST:
        raise Unreadable("one page is larger than 128 MiB", target=url)
    try:
        answer = json.loads(data)
    except ValueError as error:
        raise Unreadable("the server's answer is no JSON", target=url) from error
    if not isinstance(answer, dict):
        raise Unreadable("the server's answer is no TAXII envelope", target=url)
    return answer


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: a login is not handed on to another server."""

    def redirect_request(self, *_: Any) -> None:
        """Return nothing to go on with."""
