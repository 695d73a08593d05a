"""How names are shown, and what a name alone tells about a file; not for looking into it."""

from __future__ import annotations

import re

NOTES = re.compile(
    "authors|changelog|changes|codeowners|code_of_conduct|contributing|contributors|copying|copyright|credits|install"
    "|licen[sc]e|maintainers|notes|notice|readme|security|support|todo|version"
)
NOTE_SUFFIXES = frozenset({"", "md", "markdown", "rst", "adoc", "txt", "html", "pdf"})
SYSTEM = {
    ".ds_store": "left by a file browser",
    "thumbs.db": "left by a file browser",
    "desktop.ini": "left by a file browser",
    "makefile": "a build file",
    "dockerfile": "a build file",
    "cmakelists.txt": "a build file",
    ".gitignore": "a file of version control",
    ".gitattributes": "a file of version control",
    ".gitkeep": "a file of version control",
    ".gitmodules": "a file of version control",
}
FOLDERS = {
    ".git": "a folder of version control",
    ".hg": "a folder of version control",
    ".svn": "a folder of version control",
    "__macosx": "a folder of a file browser's own notes",
    "__pycache__": "a folder of compiled programs",
    "node_modules": "a folder of programs",
}
KINDS = {
    "a text to read": "md markdown rst adoc tex org",
    "a picture": "png jpg jpeg gif bmp ico tif tiff webp svg heic psd drawio",
    "a sound or a film": "mp3 mp4 m4a wav ogg mov avi mkv webm",
    "a document": "pdf doc docx dot dotx odt ods odp odg rtf xls xlsx xlsm ppt pptx epub pages numbers key",
    "a web page": "html htm css",
    "a program": "py pyi pyc ipynb js mjs ts tsx jsx sh bash zsh ps1 psm1 bat cmd rb go java kt scala c h cc cpp hpp"
    " cs rs swift pl php lua r sql exe dll so dylib o a class jar war whl wasm msi deb rpm",
    "a setting or a rule, no log": "yaml yml toml ini cfg conf tf tfvars hcl properties editorconfig",
    "a list of digests or a signature": "md5 sha1 sha256 sha512 sig minisig",
    "a font": "ttf otf woff woff2",
}
SUFFIXES = {suffix: kind for kind, listed in KINDS.items() for suffix in listed.split()}
PACKED = re.compile(r"\.(gz|gzip|bz2|xz|zst)$", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def display(name: str) -> str:
    r"""Return the name as it can be shown anywhere: bytes that are no UTF-8, and what is unseen, as \xNN or \uNNNN.

    >>> display("a\udcff\n.json")
    'a\\xff\\x0a.json'
    """
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return CONTROL.sub(_escaped, shown) if CONTROL.search(shown) else shown


def display_bytes(name: bytes) -> str:
    r"""Return a name found as bytes in an archive, shown as `display` shows it.

    >>> display_bytes(b"caf\xc3\xa9 \xff")
    'café \\xff'
    """
    return display(name.decode("utf-8", "surrogateescape"))


def unpacked(name: str) -> str:
    """Return the name that the content of a compressed file has.

    >>> unpacked("a/b.json.GZ")
    'a/b.json'
    """
    return PACKED.sub("", name)


def no_log(name: str) -> str | None:
    """Return why a file of this name is plainly no log; None where only its content can tell.

    >>> no_log("a/LICENSE"), no_log("README.md"), no_log("notes.json"), no_log("x.json.gz")
    ('a note that goes with a project', 'a note that goes with a project', None, None)
    """
    *folders, last = name.lower().split("/")
    if last in SYSTEM:
        return SYSTEM[last]
    if last.startswith("._"):
        return "left by a file browser"
    stem, dot, suffix = last.rpartition(".")
    if not dot:
        stem, suffix = last, ""
    if NOTES.fullmatch(stem) and suffix in NOTE_SUFFIXES:
        return "a note that goes with a project"
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    return next((FOLDERS[folder] for folder in folders if folder in FOLDERS), None)


def escapes(name: str) -> bool:
    r"""Return whether a member of this name would land outside the folder it is unpacked into.

    >>> escapes("../x"), escapes("/etc/x"), escapes("C:\\x"), escapes("a/..b/x")
    (True, True, True, False)
    """
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or (len(parts) > 1 and parts[0] == "") or re.match(r"[A-Za-z]:", name) is not None


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 1 << 8 else f"\\u{code:04x}"
