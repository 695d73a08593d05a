"""What jumpkit knows: rules, log sources, schemas, and what each role may do."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from jumpkit.admit.rights import table
from jumpkit.app import rulebook, sourcebook
from jumpkit.kit.errors import NotFound
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.seat import Seat, needs

router = part("catalog")
Reader = Annotated[Seat, Depends(needs("catalog.read"))]


@router.get("/rules", **answers("rules"))
def rules(at: Reader) -> Response:
    """List every rule, and why one does not run."""
    return reply({"rules": rulebook.listing(at.opening.home, (), own=True)})


@router.get("/sources", **answers("sources"))
def sources(_at: Reader) -> Response:
    """List the log sources."""
    return reply({"schema": "sources/1", "sources": sourcebook.listing()})


@router.get("/roles", **answers("desk-roles"))
def roles(_at: Reader) -> Response:
    """Tell what each role may do."""
    told = table()
    listed = [
        {"role": r.role, "about": r.about, "cloud": list(r.cloud), "may": sorted(r.may)} for r in told.roles.values()
    ]
    return reply({"schema": "desk-roles/1", "rights": dict(told.rights), "roles": listed})


@router.get("/schemas", **answers("schemas"))
def schemas(_at: Reader) -> Response:
    """List the schemas of all objects."""
    found = [each.name for each in (files("jumpkit.content") / "schemas").iterdir()]
    return reply({"schemas": sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))})


@router.get("/schemas/{name}", **answers("schema"))
def schema(name: str, _at: Reader) -> Response:
    """Give one schema."""
    known = {each.name: each for each in (files("jumpkit.content") / "schemas").iterdir()}
    if f"{name}.json" not in known:
        raise NotFound(f"there is no schema {name}", target=name, hint="GET /api/v1/schemas")
    return reply(json.loads(known[f"{name}.json"].read_text("utf-8")))
