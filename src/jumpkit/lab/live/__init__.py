"""A cloud to act on: an emulator behind a front that knows its callers, and an estate built by calls."""

from jumpkit.lab.live.building import Estate, build
from jumpkit.lab.live.keeper import Lab, alone, found, is_running, keep, launch, open_folder, stop

__all__ = ["Estate", "Lab", "alone", "build", "found", "is_running", "keep", "launch", "open_folder", "stop"]
