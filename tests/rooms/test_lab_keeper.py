"""The lab's process: one a folder, told from whoever has its number now, and ended for good."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("moto", reason="the extra `lab` is not installed here")

from jumpkit.kit.errors import Busy, NotFound, Unreachable
from jumpkit.lab.live import alone, found, is_running, keep, launch, open_folder, stop
from jumpkit.lab.live.control import Line

if TYPE_CHECKING:
    from pathlib import Path


def gone(folder: Path) -> bool:
    until = time.monotonic() + 30
    while is_running(folder) and time.monotonic() < until:
        time.sleep(0.05)
    return not is_running(folder)


def test_one_process_a_folder_and_a_killed_one_is_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    open_folder(folder)
    with pytest.raises(NotFound):
        found(folder)
    first = keep(launch(folder, 0), {"estate": "none"})
    try:
        assert found(folder) == first
        with pytest.raises(Busy):
            launch(folder, 0)
        with pytest.raises(Unreachable):
            Line(first.line.port, "another token").ask("GET", "alive")
    finally:
        os.kill(first.pid, signal.SIGKILL)
    assert gone(folder)
    with pytest.raises(NotFound):  # though its number is still written down
        found(folder)
    second = keep(launch(folder, 0), {})
    stop(second)
    assert not is_running(folder)
    assert not (folder / "state.json").exists()


def test_a_process_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    lab = keep(launch(tmp_path, 0), {})
    os.kill(lab.pid, signal.SIGSTOP)
    stop(lab)
    assert not is_running(tmp_path)


def test_two_commands_do_not_start_at_once(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(Busy), alone(tmp_path):
        raise AssertionError
