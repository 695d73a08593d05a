from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from jumpkit.collect import Limits, require_space, seal, walk
from jumpkit.kit.errors import NoSpace, NotFound
from jumpkit.model.artifact import Candidate, Rejected, Sealed, Skipped
from jumpkit.store.shelf import Shelf

LIMITS = Limits(reserve=0)


def found(*paths: Path | str) -> list[Candidate | Skipped | Rejected]:
    return list(walk([str(path) for path in paths], limits=LIMITS))


def short(items: list[Candidate | Skipped | Rejected], root: Path) -> list[tuple[str, str]]:
    """Return each item's path below `root` and what became of it."""
    told = []
    for item in items:
        name = item.name if isinstance(item, Candidate) else item.path
        kind = "read" if isinstance(item, Candidate) else item.kind if isinstance(item, Rejected) else "skipped"
        told.append((name.removeprefix(f"{root}/"), kind))
    return told


def test_folders_are_walked_by_name(tmp_path: Path) -> None:
    for name in ("b/2.json", "b/1.json", "a.json", "c/d/e/3.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert short(found(tmp_path), tmp_path) == [
        ("a.json", "read"),
        ("b/1.json", "read"),
        ("b/2.json", "read"),
        ("c/d/e/3.json", "read"),
    ]


def test_a_path_that_does_not_exist_is_said_before_anything_is_walked(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        walk([str(tmp_path), str(tmp_path / "absent")], limits=LIMITS)
    assert caught.value.target == f"{tmp_path}/absent"


@pytest.mark.parametrize(
    "name",
    ["LICENSE", "NOTES", "README.md", "readme", "x.png", "x.pdf", "x.docx", "x.py", "x.yaml", ".DS_Store", "Makefile"],
)
def test_what_is_plainly_no_log_is_skipped_with_a_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    (item,) = found(tmp_path)
    assert isinstance(item, Skipped)
    assert item.reason


@pytest.mark.parametrize("name", ["x.json", "x.json.gz", "x", "x.log", "x.csv", "notes.json", "x.txt", "licensed"])
def test_where_the_name_does_not_decide_the_content_will(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}")
    (item,) = found(tmp_path)
    assert isinstance(item, Candidate)
    assert (item.size, item.path) == (2, tmp_path / name)


def test_empty_files_and_version_control_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "empty.json").touch()
    (tmp_path / ".git" / "objects").mkdir(parents=True)
    (tmp_path / ".git" / "objects" / "x.json").write_text("{}")
    assert short(found(tmp_path), tmp_path) == [(".git", "skipped"), ("empty.json", "skipped")]


def test_special_files_are_rejected_unopened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.json")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.json"))
        assert short(found(tmp_path), tmp_path) == [("fifo.json", "special_file"), ("socket.json", "special_file")]
    assert isinstance(found("/dev/zero")[0], Rejected)


def test_links_are_followed_once_and_loops_are_named(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "x.json").write_text("{}")
    (tmp_path / "a" / "b" / "up").symlink_to("../..")
    (tmp_path / "again").symlink_to("a")
    (tmp_path / "dangling.json").symlink_to("nowhere")
    (tmp_path / "file.json").symlink_to("a/x.json")
    (tmp_path / "self").symlink_to("self")
    assert short(found(tmp_path), tmp_path) == [
        ("a/b/up", "loop"),
        ("a/x.json", "read"),
        ("again", "skipped"),
        ("dangling.json", "unreadable"),
        ("file.json", "read"),
        ("self", "loop"),
    ]


def test_links_out_of_the_folder_are_refused_unless_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.json").write_text("{}")
    (tmp_path / "logs" / "folder").symlink_to("../elsewhere")
    (tmp_path / "logs" / "file.json").symlink_to("../elsewhere/x.json")
    (tmp_path / "named").symlink_to("logs")
    for root in (tmp_path / "logs", tmp_path / "named"):
        refused = found(root)
        assert [item.kind for item in refused if isinstance(item, Rejected)] == ["link", "link"]
        assert all(str(tmp_path / "elsewhere") in item.reason for item in refused if isinstance(item, Rejected))
    followed = list(walk([str(tmp_path / "logs")], limits=Limits(), follow=True))
    assert short(followed, tmp_path / "logs") == [("file.json", "read"), ("folder/x.json", "read")]
    both = list(walk([str(tmp_path / "logs"), str(tmp_path / "elsewhere")], limits=Limits()))
    assert not [item for item in both if isinstance(item, Rejected)]


def test_folders_nested_deeper_than_calls_may_be(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(1500):
            os.mkdir("d", dir_fd=here)
            inner = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        os.close(os.open("x.json", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    finally:
        os.close(here)
    (item,) = found(tmp_path)
    assert isinstance(item, Skipped)
    assert item.path.endswith("/d/x.json")
    subprocess.run(["/bin/rm", "-rf", str(tmp_path / "d")], check=True)


def test_names_that_are_no_utf_8_are_shown_and_still_work(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n.json"))).write_text("{}")
    (item,) = found(tmp_path)
    assert isinstance(item, Candidate)
    assert item.name == f"{tmp_path}/caf\\xe9\\x0a.json"
    sealed = seal(item, Shelf(tmp_path / "home"), in_place=False)
    assert isinstance(sealed, Sealed)
    assert sealed.path.read_text() == "{}"


DENIED = """
import sys
from pathlib import Path
from jumpkit.collect import Limits, seal, walk
from jumpkit.model.artifact import Candidate, Rejected
from jumpkit.store.shelf import Shelf
for item in walk([sys.argv[1]], limits=Limits()):
    if isinstance(item, Rejected):
        print(item.path.rpartition("/")[2], item.kind, item.reason)
path = Path(sys.argv[1], "secret.json")
print(seal(Candidate("secret.json", path, 2, None), Shelf(Path(sys.argv[2])), in_place=False).reason)
"""


def test_permission_denied_is_said(tmp_path: Path) -> None:
    logs, home = tmp_path / "logs", tmp_path / "home"
    (logs / "closed").mkdir(parents=True)
    home.mkdir()
    (logs / "secret.json").write_text("{}")
    (logs / "secret.json").chmod(0)
    command = [sys.executable, "-c", DENIED, str(logs), str(home)]
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("running as root, and there is no setpriv to give that up")
        os.chown(home, 65534, 65534)
        for folder in (each for each in (tmp_path, *tmp_path.parents[:3]) if "pytest" in str(each)):
            folder.chmod(0o755)
        command = [setpriv, "--reuid", "65534", "--clear-groups", *command]
    (logs / "closed").chmod(0)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    (logs / "closed").chmod(0o700)
    if "No module named" in done.stderr or "can't open file" in done.stderr:
        pytest.skip("the interpreter cannot be read by others here")
    assert done.stdout.splitlines() == [
        "closed unreadable permission denied",
        "secret.json unreadable permission denied",
        "permission denied",
    ], done.stderr


def test_space_is_asked_for_before_anything_is_copied(tmp_path: Path) -> None:
    candidate = Candidate("x", tmp_path / "x", 1 << 62, None)
    with pytest.raises(NoSpace, match=rf"{1 << 62} bytes .* \d+ are free"):
        require_space([candidate], tmp_path / "not" / "yet", LIMITS)
    assert require_space([Candidate("x", tmp_path / "x", 7, None)] * 2, tmp_path / "not" / "yet", LIMITS) == 14
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_became_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.json")
    candidate = Candidate("x.json", tmp_path / "x.json", 2, None)
    for in_place in (False, True):
        turned_away = seal(candidate, Shelf(tmp_path / "home"), in_place=in_place)
        assert isinstance(turned_away, Rejected)
        assert turned_away.kind == "special_file"


def test_a_file_that_is_gone_is_rejected(tmp_path: Path) -> None:
    turned_away = seal(Candidate("x", tmp_path / "x", 2, None), Shelf(tmp_path / "home"), in_place=True)
    assert isinstance(turned_away, Rejected)
    assert (turned_away.kind, turned_away.reason) == ("unreadable", "no such file or directory")


def test_the_real_folders_hold_logs_and_notes(data_dir: Path) -> None:
    items = found(data_dir / "invictus-aws")
    assert sum(isinstance(item, Candidate) for item in items) == 55
    assert not any(isinstance(item, Rejected) for item in items)
    assert {item.path.rpartition("/")[2] for item in items if isinstance(item, Skipped)} == {
        "LICENSE",
        "NOTES",
        "README.md",
    }
