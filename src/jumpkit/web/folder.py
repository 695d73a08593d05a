"""Finds pages and parts of the API by listing their folders: there is no list to edit."""

from __future__ import annotations

from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import APIRouter

if TYPE_CHECKING:
    from collections.abc import Iterator


def routers(package: str) -> Iterator[APIRouter]:
    """Yield the `router` of every file of a folder, by name."""
    names = sorted(entry.name for entry in files(package).iterdir() if entry.name.endswith(".py"))
    for name in names:
        if not name.startswith("_"):
            router = import_module(f"{package}.{name.removesuffix('.py')}").router
            assert isinstance(router, APIRouter)  # noqa: S101 - a file of this folder without one is our own fault
            yield router
