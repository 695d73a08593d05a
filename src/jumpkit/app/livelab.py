"""A cloud to practice on: brings it up, says how it stands, takes it down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.cloud.aws.wire import Keys, Wire
from jumpkit.lab import live

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.lab.live.staging import Send


def lab_folder(home: Path) -> Path:
    """Return where a workspace keeps its lab; the cache is what `verify` vouches for nothing in."""
    return home / "cache" / "lab"


def lab_up(home: Path, port: int = 0) -> dict[str, Any]:
    """Start the emulator in the background, build the estate in it, and return how it is reached.

    Raises:
        Busy: a lab runs in this workspace. Refused: the port is taken. MissingExtra: moto is not installed.

    """
    folder = lab_folder(home)
    live.open_folder(folder)
    with live.alone(folder):
        lab = live.launch(folder, port)
        try:
            estate = live.build(sender(lab.line.url), lab.line.token, lab.line.token)
            lab = live.keep(lab, estate.told())
        except BaseException:  # whatever went wrong, and an interrupt too: half an estate is none
            live.stop(lab)
            raise
    return _shown("lab-up/1", lab)


def lab_status(home: Path) -> dict[str, Any]:
    """Return whether a lab runs in this workspace, and how it is reached."""
    folder = lab_folder(home)
    if not live.is_running(folder):
        return {"schema": "lab-status/1", "running": False, "endpoint_url": None, "pid": None, "accounts": None}
    lab = live.found(folder)
    lab.line.ask("GET", "alive")
    return {
        "schema": "lab-status/1",
        "running": True,
        "endpoint_url": lab.line.url,
        "pid": lab.pid,
        "accounts": _accounts(lab),
    }


def lab_down(home: Path) -> dict[str, Any]:
    """Stop the lab of this workspace, if one runs; what happened in it is gone, its files of logs stay."""
    folder = lab_folder(home)
    if not live.is_running(folder):
        return {"schema": "lab-down/1", "stopped": False}
    with live.alone(folder):
        live.stop(live.found(folder))
    return {"schema": "lab-down/1", "stopped": True}


def sender(url: str) -> Send:
    """Return what makes calls at an endpoint with keys that are handed over."""
    wire = Wire(url)
    return lambda secret, call, headers: wire.call(Keys(*secret), call, headers)


def _accounts(lab: live.Lab) -> list[str]:
    """Return the accounts, the one where things happen first."""
    accounts: dict[str, str] = lab.told["accounts"]
    return sorted(accounts.values(), key=lambda uid: (uid != accounts["shop"], uid))


def _shown(schema: str, lab: live.Lab) -> dict[str, Any]:
    names: dict[str, str] = lab.told["names"]
    return {
        "schema": schema,
        "endpoint_url": lab.line.url,
        "region": lab.told["region"],
        "accounts": _accounts(lab),
        "account_names": {uid: name for name, uid in sorted(lab.told["accounts"].items())},
        "responder": {"access_key_id": names["key:responder"], "secret_access_key": names["secret:responder"]},
    }
