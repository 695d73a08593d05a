"""Says in the OpenAPI document what each door answers: objects by the schemas of the package, errors by one."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from jumpkit import __version__

if TYPE_CHECKING:
    from fastapi import FastAPI

API = "/api/v1"
_ERRORS = {
    400: "asked in a way that cannot be answered",
    401: "nobody known asks",
    403: "their role may not do that",
    404: "it does not exist here, or is not theirs to know",
    409: "a guard stands in the way; nothing was changed",
    412: "it is no longer what they had before them",
    422: "it can be read, and not used",
    429: "too often; later",
    503: "another writer holds the workspace; later",
}


def part(tag: str) -> APIRouter:
    """Return the router of one part of the API."""
    return APIRouter(prefix=API, tags=[tag])


def answers(schema: str, status: int = 200, about: str = "done") -> dict[str, Any]:
    """Return what a door's decorator needs to say that it answers with an object of `content/schemas`."""
    body = {"application/json": {"schema": _ref(schema)}}
    errors = {code: _error(text) for code, text in _ERRORS.items()}
    return {"status_code": status, "responses": {status: {"description": about, "content": body}, **errors}}


def sends(media: str, about: str) -> dict[str, Any]:
    """Return the same for a door that answers with a file or a stream."""
    errors = {code: _error(text) for code, text in _ERRORS.items()}
    body = {media: {"schema": {"type": "string"}}}
    return {"status_code": 200, "responses": {200: {"description": about, "content": body}, **errors}}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, complete: nothing in it refers outside."""
    if app.openapi_schema is None:
        routes = [route for route in app.routes if getattr(route, "path", "").startswith(f"{API}/")]
        made = get_openapi(title="jumpkit", version=__version__, routes=routes, description=_ABOUT)
        parts = made.setdefault("components", {})
        parts.setdefault("schemas", {}).update(_schemas())
        parts["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "jumpkit token add NAME --role ROLE"},
            "session": {"type": "apiKey", "in": "cookie", "name": "jumpkit"},
        }
        made["security"] = [{"token": []}, {"session": []}]
        app.openapi_schema = made
    return app.openapi_schema


_ABOUT = (
    "Everything that the pages do. Failure is always `{error: {kind, message, target, hint}}`. A POST may carry "
    "`Idempotency-Key`: asked again with the same body, it is not done again, and answers the same. Lists go on with "
    "`after`, the `next` of the page before."
)


def _schemas() -> dict[str, Any]:
    folder = files("jumpkit.content") / "schemas"
    found = {}
    for entry in folder.iterdir():
        if entry.name.endswith(".json"):
            body = json.loads(entry.read_text("utf-8"))
            found[entry.name.removesuffix(".json")] = {key: value for key, value in body.items() if key != "$schema"}
    return found


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _error(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": _ref("error")}}}
