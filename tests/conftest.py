"""What every test may ask for: the real logs, where they lie beside the project, and a workspace that read them."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from command.postgres import database, programs, server
from command.run import copied, triage

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from command.run import Json

NO_SKIP = bool(os.environ.get("JUMPKIT_NO_SKIP"))  # a machine that must have everything: a skip is a failure there

# Nothing here is timed: a busy machine fails no property. Where nothing may skip, examples are the same each time.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], derandomize=NO_SKIP
)
hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where JUMPKIT_NO_SKIP is set."""
    report = yield
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} ({call.when}) must not be skipped here: {call.excinfo and call.excinfo.value}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole file into an error where JUMPKIT_NO_SKIP is set."""
    report = yield
    if NO_SKIP and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} must not be skipped here: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of real logs, or skip where this machine has none."""
    named = os.environ.get("JUMPKIT_TEST_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real logs are not on this machine (JUMPKIT_TEST_DATA names their folder)")
    return folder


@pytest.fixture(scope="session")
def invictus(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Json]:
    """Return a workspace that triaged the hour of attacks, and what triage said; no test may change it."""
    home = tmp_path_factory.mktemp("invictus") / "home"
    return home, triage(home, data_dir / "invictus-aws")


@pytest.fixture
def workspace(invictus: tuple[Path, Json], tmp_path: Path) -> Path:
    """Return a copy of the workspace with the hour of attacks, to be changed at will."""
    return copied(invictus[0], tmp_path / "workspace")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server without a database, or skip where none is installed."""
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL server is installed here")
    with tempfile.TemporaryDirectory(prefix="jumpkit-postgres-") as folder:  # pytest's own is closed to plain users
        yield from server(Path(folder), found)


@pytest.fixture
def postgres_book(postgres: str) -> str:
    """Return the URL of a new database on the PostgreSQL server."""
    return database(postgres, f"book{secrets.token_hex(6)}")


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Return what makes a workspace's folder in which our own rules are already read, which saves a second a test."""
    from command.logs import quiet, write  # noqa: PLC0415 - only tests that ask for it need it

    folder = tmp_path_factory.mktemp("warm")
    triage(folder / "home", write(folder / "logs" / "one.json", *quiet(1)))

    def made(home: Path) -> Path:
        home.mkdir(mode=0o700, parents=True)
        copied(folder / "home" / "cache" / "rules", home / "cache" / "rules")
        return home

    return made
