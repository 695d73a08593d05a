"""Tells by the first bytes what a run of bytes is; not for telling which log it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

HEAD = 1024
BLOCK = 512  # bytes of a tar header
TAR_AT = 257
TEXT_SHARE = 0.05  # of control characters; text has fewer

Form = Literal["gzip", "bzip2", "xz", "zstd", "tar", "zip", "text", "parquet", "skip", "reject"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What bytes are: packed in some way, text, to be left out, or to be turned away."""

    form: Form
    kind: str = ""  # of a rejection
    reason: str = ""


TEXT = Verdict("text")
PARQUET = b"PAR1"
PACKED: tuple[tuple[bytes, Form], ...] = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
)
NO_LOG = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"%PDF-", "a document"),
    (b"{\\rtf", "a document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"#!/", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"OggS", "a sound or a film"),
    (b"ID3", "a sound or a film"),
)
ENCRYPTED = (
    (b"Salted__", "openssl"),
    (b"age-encryption.org/v1", "age"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "age"),
    (b"-----BEGIN PGP MESSAGE-----", "OpenPGP"),
    (b"LUKS\xba\xbe", "LUKS"),
    (b"$ANSIBLE_VAULT;", "Ansible Vault"),
)
UNSUPPORTED = (
    (b"PARE", "Parquet with an encrypted footer"),
    (b"Obj\x01", "Avro"),
    (b"ORC", "ORC"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"ElfFile\x00", "a Windows event log"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    *(
        (magic, "a packet capture: whole packets with what they carry, which flow logs lack")
        for magic in (
            b"\xd4\xc3\xb2\xa1",
            b"\xa1\xb2\xc3\xd4",
            b"\x4d\x3c\xb2\xa1",
            b"\xa1\xb2\x3c\x4d",
            b"\x0a\x0d\x0d\x0a",
        )
    ),
    (b"\x04\x22\x4d\x18", "lz4 data"),
    (b"\x1f\x9d", "compress data"),
    (b"\xff\x06\x00\x00sNaPpY", "snappy data"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
PGP = re.compile(
    rb"[\x84\x85\xc1].{1,3}\x03.{8}[\x01\x02\x10\x12\x16\x19]|\x8c.[\x04\x05]|\xc3.[\x04\x05\x06]", re.DOTALL
)
CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b")
COLUMNS = re.compile(
    rb'\s*("[^"\n]{1,80}"|[\w .:/@-]{1,60})((,|\t|;)("[^"\n]{1,80}"|[\w .:/@-]{0,60})){3,}\s*(\r?\n|$)'
)
# What lines of a log show and a text to read does not: a moment at or near a line's beginning, or names of columns.
LINES = re.compile(
    rb"^(?:\S+ )?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d|^\d{4}-\d\d-\d\d[ \t]\d\d:\d\d:\d\d|"
    rb"^(?:\S+ ){0,3}\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d|^#Fields:|"
    rb"^(?:\S+ ){4,40}1[0-9]{9} |^\s*[a-z-]+(?: [a-z]+(?:-[a-z]+)*){5,40}\s*\n(?:\S+ ){5,40}\S*\d",
    re.MULTILINE,
)
PAGE = re.compile(rb"\s*<(!doctype html|html)", re.IGNORECASE)


def judge(head: bytes, name: str) -> Verdict:
    """Return what bytes that begin with `head` (up to HEAD of them) under this name are."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in {b"{", b"["} and not head.startswith(b"{\\rtf"):
        return TEXT if b"\0" not in head else _binary(head)
    if head.startswith(PARQUET):
        return Verdict("parquet")
    for magic, form in PACKED:
        if head.startswith(magic):
            return Verdict(form)
    if head[TAR_AT : TAR_AT + 5] == b"ustar" or _old_tar(head):
        return Verdict("tar")
    return _known(head) or _text(head, name)


def _known(head: bytes) -> Verdict | None:
    for magic, what in NO_LOG:
        if head.startswith(magic):
            return Verdict("skip", reason=what)
    for magic, what in ENCRYPTED:
        if head.startswith(magic):
            return Verdict("reject", "encrypted", f"encrypted with {what}: decrypt it first")
    for magic, what in UNSUPPORTED:
        if head.startswith(magic):
            return Verdict("reject", "unsupported", f"{what}: not read here; convert it first")
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        return Verdict("skip", reason="a picture, a sound or a film")
    return None


def _text(head: bytes, name: str) -> Verdict:
    if b"\0" in head or len(head.translate(None, CONTROL)) < len(head) * (1 - TEXT_SHARE) or not _utf8(head):
        return _binary(head)
    if not head.strip(b"\xef\xbb\xbf \t\r\n") and len(head) < HEAD:
        return Verdict("skip", reason="nothing but blanks")
    if PAGE.match(head):
        return Verdict("skip", reason="a web page")
    if name.lower().endswith(".txt") and not COLUMNS.match(head) and not LINES.search(head):
        return Verdict("skip", reason="a text to read: neither JSON nor columns nor lines of a log")
    return TEXT


def _binary(head: bytes) -> Verdict:
    if PGP.match(head):
        return Verdict("reject", "encrypted", "encrypted with OpenPGP, by its first bytes: decrypt it first")
    return Verdict("reject", "not_a_log", "bytes of no form that is known: neither text nor packed")


def _utf8(head: bytes) -> bool:
    """Return whether all but a character cut by the end, or a few strays, is UTF-8."""
    return head.decode("utf-8", "replace").count("\ufffd") <= max(1, len(head) * TEXT_SHARE)


def _old_tar(head: bytes) -> bool:
    """Return whether this is the header of a tar from before `ustar`, told by its checksum."""
    field = head[148:156].strip(b" \0")
    if len(head) < BLOCK or not head[0] or not field or not re.fullmatch(rb"[0-7]{1,7}", field):
        return False
    return sum(head[:148]) + sum(head[156:BLOCK]) + 8 * 32 == int(field, 8)
