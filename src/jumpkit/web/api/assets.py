"""Assets and identities of a case, and how far each is compromised."""

from __future__ import annotations

from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.coordinate.changes import change_asset
from jumpkit.coordinate.registers import add_asset
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Said, Writer

router = part("assets")


class Change(Said):
    """What is known of an asset; fields that are not named stay."""

    provider: str | None = None
    account: str | None = None
    region: str | None = None
    owner: str | None = None
    compromise: str | None = None
    basis: str | None = None


class Asset(Change):
    """An asset or an identity, by the provider's own id."""

    kind: str
    name: str


@router.post("/cases/{case}/assets", **answers("case", 201, "entered"))
def add(case: str, new: Asset, by: Writer) -> Response:
    """Enter an asset."""
    fields = new.model_dump()
    return by.does(lambda how: enter(how, case, lambda tx, who, row: add_asset(tx, who, row, fields)))


@router.post("/cases/{case}/assets/{asset}", **answers("case", 200, "changed"))
def change(case: str, asset: str, new: Change, by: Writer) -> Response:
    """Say more of an asset."""
    said = new.model_dump()
    return by.does(lambda how: enter(how, case, lambda tx, who, row: change_asset(tx, who, row, asset, said)), 200)
