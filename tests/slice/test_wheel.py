"""The built wheel, alone in a fresh environment, away from the source tree and without a network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from command.logs import at, call, quiet, user, write
from command.run import surroundings

ROOT = Path(__file__).resolve().parents[2]


def done(*said: str | Path, where: Path) -> str:
    env = surroundings(PYTHONPATH="", HOME=str(where))
    run = subprocess.run([*map(str, said)], cwd=where, capture_output=True, text=True, check=False, env=env)
    assert run.returncode == 0, f"{said}: {run.stderr[-3000:]}"
    return run.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, tuple[str, ...]]:
    """Return the command of a fresh environment, the wheel in it, and what takes the network away."""
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let us take the network away (unshare -rn)")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = (sys.executable, "-m", "uv", "build", "--wheel", "--no-build-isolation", "--offline")
    done(*build, "--python", sys.executable, "--out-dir", folder / "dist", source, where=folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    venv = folder / "venv"
    done(sys.executable, "-m", "venv", "--without-pip", venv, where=folder)
    python = venv / "bin" / "python"
    done(
        sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--python", python, wheel, where=folder
    )
    site = next((venv / "lib").glob("python*/site-packages"))
    # what jumpkit needs comes from where the tests run; that folder's own .pth files, the source tree's, are not read
    (site / "needed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    shutil.rmtree(source)
    return venv / "bin" / "jumpkit", wheel, ("unshare", "-rn")


def test_the_wheel_holds_what_it_needs(installed: tuple[Path, Path, tuple[str, ...]]) -> None:
    names = zipfile.ZipFile(installed[1]).namelist()
    assert len([name for name in names if name.startswith("jumpkit/content/rules/")]) >= 60
    for needed in ("content/sources", "content/reports", "content/schemas", "store/"):
        assert any(name.startswith(f"jumpkit/{needed}") for name in names), needed
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests", "bench"))]


def test_it_runs_alone(installed: tuple[Path, Path, tuple[str, ...]], tmp_path: Path) -> None:
    command, _, alone = installed
    python = command.parent / "python"
    found = done(*alone, python, "-c", "import jumpkit; print(jumpkit.__file__)", where=tmp_path).strip()
    assert found.startswith(str(command.parents[1]))
    rules = json.loads(done(*alone, command, "rules", "list", "--json", where=tmp_path))["rules"]
    assert sum(item["live"] for item in rules) >= 60
    assert json.loads(done(*alone, command, "doctor", "--json", where=tmp_path))["healthy"] is True
    logs = write(tmp_path / "logs" / "a.json", *quiet(9), call("cloudtrail", "StopLogging", user("eve"), at(9)))
    said = ("triage", logs, "--home", tmp_path / "home", "--json")
    answer = json.loads(done(*alone, command, *said, where=tmp_path))
    assert answer["events"]["stored"] == 10
    assert [item["severity"] for item in answer["findings"]] == ["high"]
    page = Path(answer["reports"]["html"])
    assert page.read_text("utf-8").lower().startswith("<!doctype html>")
    told = json.loads(done(*alone, command, "verify", "--home", tmp_path / "home", "--json", where=tmp_path))
    assert told["intact"] is True
    for fmt in ("md", "csv", "ocsf", "stix", "timesketch", "navigator"):
        out = tmp_path / f"report.{fmt}"
        done(*alone, command, "report", "--home", tmp_path / "home", "--format", fmt, "-o", out, where=tmp_path)
        assert out.stat().st_size > 100
    schema = json.loads(done(*alone, command, "schema", "triage", "--json", where=tmp_path))
    assert schema["title"] == "triage"
