"""Opens a bag without any workspace: into memory where there is such a place, and away again at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.app.bagging import BOOK, CONFIG
from jumpkit.kit.errors import NotFound
from jumpkit.preserve.satchel import Satchel, unpack
from jumpkit.preserve.sealing import decrypt, is_encrypted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.preserve.sealing import Opener

_MEMORY = Path("/dev/shm")  # noqa: S108 - in memory, and only in a folder of our own within it


@contextmanager
def unlocked(path: Path, opener: Opener, pin: str | None = None) -> Iterator[tuple[Satchel, Path]]:
    """Yield what is in a bag, and a folder of our own that vanishes at the end.

    Raises:
        Refused: neither key nor passphrase opens it.
        Tampered: it is not what was signed.

    """
    if not path.is_file():
        raise NotFound("there is no such bag", target=str(path))
    within = _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="jumpkit-bag-", dir=within))
    try:
        plain = path
        if is_encrypted(path):
            plain = folder / "bag.tar"
            decrypt(path, plain, opener)
        satchel = unpack(plain, pin)
        if plain != path:
            plain.unlink()
        yield satchel, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def as_home(path: Path, opener: Opener) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield a folder that reading commands take for a workspace, and what the bag says of itself."""
    with unlocked(path, opener) as (satchel, folder):
        home = folder / "home"
        home.mkdir(mode=0o700)
        for name in (BOOK, CONFIG):
            place = home / Path(name).name
            place.write_bytes(satchel.files[name])
            place.chmod(0o600)
        yield home, satchel.told


def show(path: Path, opener: Opener, pin: str | None, name: str | None) -> dict[str, Any]:
    """Return what a bag holds, and the text of one of its pages.

    Raises:
        NotFound: it holds no page of that name.

    """
    with unlocked(path, opener, pin) as (satchel, _):
        told, files = satchel.told, satchel.files
    text = None
    if name is not None:
        found = next(
            (each for each in (name, f"{name}.md", f"plans/{name}", f"cases/{name}.md") if each in files), None
        )
        if found is None:
            hint = f"there are: {', '.join(each for each in files if not each.endswith('.html'))}"
            raise NotFound(f"the bag holds no {name!r}", target=name, hint=hint)
        text = files[found].decode("utf-8", "replace")
    names = ("made", "version", "cases", "cases_left_out", "rows_withheld")
    key = {"fingerprint": satchel.fingerprint, "pinned": satchel.pinned}
    return {"schema": "bag/1", **{each: told[each] for each in names}, "key": key, "files": sorted(files), "text": text}
