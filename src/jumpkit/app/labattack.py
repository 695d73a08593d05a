"""Attacks in the lab: played as real calls, their logs and alerts handed over, the truth kept aside."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from jumpkit.app.livelab import lab_folder, sender
from jumpkit.kit.errors import NotFound
from jumpkit.lab import live
from jumpkit.lab.live.aftermath import deliver, records_of, truth_of, write_logs
from jumpkit.lab.live.alerts import write_alerts
from jumpkit.lab.live.attacking import attack_names, check_name, play_attack

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.kit.clock import Clock


def lab_attack(home: Path, name: str, clock: Clock) -> dict[str, Any]:
    """Play an attack in the lab that runs, on targets of its own, and return where its logs and alerts lie.

    Raises:
        NotFound: no lab runs here, or there is no such attack.

    """
    check_name(name)
    folder = lab_folder(home)
    lab = live.found(folder)
    estate = live.Estate(lab.told["region"], lab.told["accounts"], lab.told["names"])
    send, token = sender(lab.line.url), lab.line.token
    with live.alone(folder):
        number = 1 + max(
            (int(path.name.rsplit("-", 1)[1]) for path in (folder / "attacks").glob(f"{name}-*")), default=0
        )
        place = folder / "attacks" / f"{name}-{number}"
        place.mkdir(mode=0o700, parents=True)  # the number is taken, whatever comes of it
        run = play_attack(send, token, estate, (name, number), clock)
        records = records_of(lab.line, run)
        write_logs(records, place / "logs", run)
        deliver(send, token, place / "logs", run)
        alerts = write_alerts(send, token, run, records, place / "alerts")
        _keep_truth(folder, run.id, truth_of(run, records))
    return {
        "schema": "lab-attack/1",
        "scenario": name,
        "run": run.id,
        "logs": str(place / "logs"),
        "alerts": [str(path) for path in alerts],
        "targets": run.words.fill(run.story["targets"]),
    }


def lab_truth(home: Path, name: str) -> dict[str, Any]:
    """Return what really happened in the last attack of a name, or in the run that is named.

    Raises:
        NotFound: no such attack was played in this workspace.

    """
    folder = lab_folder(home) / "truth"
    runs = sorted((path for path in folder.glob("*.json") if path.stem.rsplit("-", 1)[0] == name), key=_number)
    exact = [path for path in folder.glob("*.json") if path.stem == name]
    if not (runs or exact):
        hint = f"jumpkit lab attack NAME, of {', '.join(attack_names())}"
        raise NotFound("no such attack was played here", target=name, hint=hint)
    told: dict[str, Any] = json.loads((exact or runs)[-1].read_text("utf-8"))
    return told


def _number(path: Path) -> int:
    return int(path.stem.rsplit("-", 1)[1])


def _keep_truth(folder: Path, run: str, truth: dict[str, Any]) -> None:
    (folder / "truth").mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder / "truth" / f"{run}.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1)
