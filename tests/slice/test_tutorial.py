"""The tutorial's blocks run as they stand, one after the other, in a shell."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from command.run import surroundings

ROOT = Path(__file__).resolve().parents[2]


def test_the_tutorial_works_as_it_stands(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert len(blocks) > 5
    home = tmp_path / "home"
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    more = {"JUMPKIT_HOME": str(home), "PATH": path}
    script = "set -eu\n" + "\n".join(blocks)
    try:
        done = subprocess.run(
            ["sh", "-c", script], cwd=tmp_path, env=surroundings(**more), capture_output=True, text=True, check=False
        )
    finally:
        down = [sys.executable, "-m", "jumpkit", "lab", "down"]
        subprocess.run(down, env=surroundings(**more), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "INTACT" in done.stdout
