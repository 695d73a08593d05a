"""Triages what came in by the desk; a process of its own, so that the desk stays quick and neither ends the other."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.app.triage.inputs import UPLOADS
from jumpkit.app.triage.request import Request, Window
from jumpkit.app.triage.run import triage
from jumpkit.app.working import carry_out
from jumpkit.app.workspace import writing
from jumpkit.cloud.aws.s3 import S3Options

if TYPE_CHECKING:
    from jumpkit.app.working import Told
    from jumpkit.app.workspace import Opening


def triaged(opening: Opening, row: dict[str, Any], told: Told) -> dict[str, Any]:
    """Triage the files of a job into its case, and return what its answer keeps."""
    folder = opening.home / UPLOADS / row["job"]
    try:
        with writing(opening) as desk:
            request = Request(
                paths=(str(folder),),
                case=row["case"],
                rules=(),
                own_rules=True,
                window=Window(None, None, (), ()),
                in_place=False,
                estate=Path(desk.setting("estate")) if desk.setting("estate") else None,
                limits=desk.limits(),
                s3=S3Options(),
                workers=desk.setting("workers") or 1,
            )
            body = triage(desk, request, told).body
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what was sealed lies in the shelf
    kept = {name: body[name] for name in ("case", "events")} | {"findings": len(body["findings"])}
    return kept | {"inputs": body["inputs"]}


if __name__ == "__main__":
    carry_out(Path(sys.argv[1]), sys.argv[2], triaged)
