"""What is served as scripts is what the sources say, so that a machine with Python alone can run it."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "jumpkit" / "web" / "islands"
BUILT = ROOT / "src" / "jumpkit" / "web" / "static" / "islands"
TOOLS = ROOT / "tools" / "islands"


def test_each_source_is_the_one_that_was_built() -> None:
    noted = dict(reversed(line.split()) for line in (BUILT / "SOURCES").read_text("utf-8").splitlines())
    present = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in SOURCES.glob("*.ts")}
    assert noted == present, "run: npm run build, in tools/islands"
    assert {path.stem for path in BUILT.glob("*.js")} == {path.stem for path in SOURCES.glob("*.ts")}


def test_building_again_gives_the_same(tmp_path: Path) -> None:
    if shutil.which("node") is None or not (TOOLS / "node_modules").is_dir():
        pytest.skip("no node, or nothing installed in tools/islands (npm ci --ignore-scripts)")
    subprocess.run(["npm", "run", "-s", "check"], cwd=TOOLS, check=True)
    subprocess.run(["npm", "run", "-s", "esbuild", "--", f"--outdir={tmp_path}"], cwd=TOOLS, check=True)
    for built in BUILT.glob("*.js"):
        assert (tmp_path / built.name).read_bytes() == built.read_bytes()


def test_what_others_wrote_brings_its_licence() -> None:
    static = BUILT.parent
    assert "Permission to use, copy, modify" in (static / "htmx-LICENSE").read_text("utf-8")
    for path in static.glob("*.js"):
        assert "eval(" not in path.read_text("utf-8").replace("safeEval(", "")
