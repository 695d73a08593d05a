"""Promises that hold over every file of the house."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")


def _functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "src").as_posix())
def test_files_and_functions_can_be_read_without_scrolling(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says in its first line what it is for"
    for function in _functions(tree):
        assert (function.end_lineno or 0) - function.lineno < 40, function.name
        assert len((ast.get_docstring(function) or "").splitlines()) <= 12, function.name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "src").as_posix())
def test_suppressions_give_a_reason(path: Path) -> None:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        mark = re.search(r"#\s*(noqa|type: ignore)(.*)", line)
        if mark and "`" not in line:
            reason = re.sub(r"^(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|\[[a-z-, ]+\])", "", mark.group(2))
            assert len(reason.strip(" -#()")) > 3, f"{path.name}:{number} silences a guard without a reason"


def test_no_broad_except_but_the_outermost() -> None:
    broad = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = getattr(getattr(node, "type", None), "id", None)
            if isinstance(node, ast.ExceptHandler) and (node.type is None or named in {"Exception", "BaseException"}):
                reraises = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
                if not reraises:
                    broad.append(path.relative_to(ROOT).as_posix())
    assert broad == ["src/jumpkit/cli/endings.py"]


def test_no_path_of_a_machine_and_no_registry_host() -> None:
    hosts = re.compile(r"://[\w.-]*(pypi|npmjs|crates\.io|golang|maven|deb\.debian)[\w.-]*", re.IGNORECASE)
    homes = re.compile(r"(?<![\w.])/(work|root|farm)/")
    for name in filter(None, TRACKED):
        path = ROOT / name
        if path.suffix in {".py", ".md", ".sh", ".toml", ".txt", ".yaml", ".yml", ".html", ".json"} and path.is_file():
            text = path.read_text("utf-8")
            assert not hosts.search(text), name
            if path != Path(__file__):
                assert not homes.search(text), name


def test_help_loads_no_heavy_library() -> None:
    heavy = {"pyarrow", "duckdb", "sqlalchemy", "numpy", "sigma", "cryptography", "boto3", "jinja2", "msgspec", "yaml"}
    code = (
        "import sys\nfrom jumpkit.cli.endings import ending\nfrom jumpkit.cli.main import jumpkit\n"
        f"code = ending(jumpkit, ['--help'])\nloaded = {heavy} & set(sys.modules)\n"
        "sys.exit(code or (f'loaded: {loaded}' if loaded else 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "triage" in done.stdout


def test_reference_is_not_stale() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "reference.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}run: python tools/reference.py"
