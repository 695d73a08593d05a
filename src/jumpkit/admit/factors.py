"""Second factors: codes that a phone makes (TOTP); each code opens once, and what makes them is sealed at rest."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from jumpkit.admit.change import By, Change
from jumpkit.admit.refusals import NotAdmitted
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import NotFound, Refused
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cryptography.fernet import Fernet

    from jumpkit.store.book import Tx

TOTP = "totp"
_STEP = 30  # seconds that a code holds
_ISSUER = "jumpkit"
_KEY = "desk.key"
_TRIP = 600  # seconds that somebody may take at a provider


def new_secret() -> str:
    """Return what a phone and we make codes from."""
    import pyotp  # noqa: PLC0415 - of the extra `web`

    return pyotp.random_base32()


def address_of(secret: str, account: str) -> str:
    """Return the `otpauth:` address that a phone reads from a picture."""
    import pyotp  # noqa: PLC0415 - of the extra `web`

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=_ISSUER)


def enrol(tx: Tx, by: By, home: Path, account: str, made: tuple[str, str, str]) -> Change:
    """Add a phone to an account, once it has shown a code that is right; `made` is label, secret and code.

    Raises:
        Refused: the code is not right, or the account has a phone already.

    """
    label, secret, code = made
    if any(row["kind"] == TOTP for row in standing(tx, account)):
        raise Refused("there is a phone already", target=account, hint="remove it first")
    if step_of(secret, code, by.clock()) is None:
        raise Refused(
            "that code is not the one", target="code", hint="the clocks of both must agree; try the next code"
        )
    row = {"case": WORKSPACE, "factor": secrets.token_hex(4), "account": account, "kind": TOTP, "credential": None}
    row |= {"label": label[:100] or "phone", "secret": seal_of(home).encrypt(secret.encode()).decode()}
    row |= {"removed": None, **by.stamps()}
    body = {"account": account, "factor": row["factor"], "kind": TOTP}
    return Change("factor.added", f"{account} has a second factor", body, {"factor": [row]})


def remove(tx: Tx, by: By, account: str, factor: str | None = None) -> Change:
    """Remove a second factor of an account, or all.

    Raises:
        NotFound: there is none.

    """
    rows = [row for row in standing(tx, account) if factor in {None, row["factor"]}]
    if not rows:
        raise NotFound(f"{account} has no such second factor", target=account, hint="jumpkit user list")
    new = [{**row, "removed": stamp(by.clock())} for row in rows]
    body = {"account": account, "factors": [row["factor"] for row in rows]}
    return Change("factor.removed", f"{len(rows)} second factors of {account} are gone", body, {"factor": new})


def standing(tx: Tx, account: str) -> list[dict[str, Any]]:
    """Return the second factors of an account."""
    return [row for row in tx.rows("factor", case=WORKSPACE, account=account) if row["removed"] is None]


def passes(tx: Tx, passing: Tx, home: Path, shown: tuple[str, str], now: datetime) -> bool:
    """Tell whether the code that an account showed is right and was not used before; it is used up then."""
    account, code = shown
    for row in standing(tx, account):
        if row["kind"] != TOTP:
            continue
        step = step_of(seal_of(home).decrypt(row["secret"].encode()).decode(), code, now)
        last = (passing.one("used", factor=row["factor"]) or {"last": -1})["last"]
        if step is not None and step > last:
            passing.upsert("used", [{"factor": row["factor"], "last": step}])
            return True
    return False


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step of time of which a code is, now or one beside it; None where it is wrong."""
    import pyotp  # noqa: PLC0415 - of the extra `web`

    maker, present = pyotp.TOTP(secret), int(now.timestamp()) // _STEP
    clean = "".join(code.split())
    for step in (present, present - 1, present + 1):
        if secrets.compare_digest(maker.at(step * _STEP).encode(), clean.encode()):
            return step
    return None


def opened(home: Path, sealed: str) -> str:
    """Return what was sealed, not long ago.

    Raises:
        NotAdmitted: it was not sealed here, or too long ago.

    """
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - loaded where it is needed

    try:
        return seal_of(home).decrypt(sealed.encode(), ttl=_TRIP).decode()
    except InvalidToken as caught:
        raise NotAdmitted("that took too long, or began elsewhere", target="login", hint="log in again") from caught


def seal_of(home: Path) -> Fernet:
    """Return what seals secrets at rest: its key lies beside the workspace's others, not in the book."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - loaded where it is needed

    path = home / "keys" / _KEY
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = path.with_name(f"{_KEY}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(Fernet.generate_key())
        with suppress(FileExistsError):  # somebody made one meanwhile, and that one counts
            os.link(fresh, path)
        fresh.unlink()
    return Fernet(path.read_bytes())
