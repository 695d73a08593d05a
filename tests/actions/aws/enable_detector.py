"""A detector that somebody switched off."""

from __future__ import annotations

from command.clouds import Clients, Staged


def stage(clients: Clients) -> Staged:
    detectors = clients("guardduty")
    for uid in detectors.list_detectors()["DetectorIds"]:
        detectors.delete_detector(DetectorId=uid)
    return Staged(detectors.create_detector(Enable=False)["DetectorId"])


def drift(clients: Clients, staged: Staged) -> None:
    detectors = clients("guardduty")
    held = detectors.get_detector(DetectorId=staged.uid)["Status"]
    detectors.update_detector(DetectorId=staged.uid, Enable=held != "ENABLED")
