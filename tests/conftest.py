"""What every test may ask for: the real logs, where they lie beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of real logs, or skip where this machine has none."""
    named = os.environ.get("JUMPKIT_TEST_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real logs are not on this machine (JUMPKIT_TEST_DATA names their folder)")
    return folder
