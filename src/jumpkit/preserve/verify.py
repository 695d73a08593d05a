"""Verifies a workspace or one case of it against its ledger; it writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.kit.errors import Busy, NotFound, Tampered
from jumpkit.preserve.check_files import Expected, check_contents, check_strangers, expected_of
from jumpkit.preserve.check_log import LogState, check_log
from jumpkit.preserve.check_rows import check_rows
from jumpkit.preserve.keys import fingerprint, public_of, same_fingerprint
from jumpkit.preserve.problem import Leftover, Problem, Verification
from jumpkit.store.book import VOUCHED, WORKSPACE, damage, open_book, workspace_lock

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.store.book import Tx

EventsCheck = Callable[[str], Iterable[Problem]]

_TRIES = 3


def verify(
    home: Path,
    case: str | None = None,
    *,
    pin: str | None = None,
    events_check: EventsCheck | None = None,
    url: str | None = None,
) -> Verification:
    """Check ledger, checkpoints, rows, shelf, lake and reports of the workspace, or of one case of it.

    `pin` is the fingerprint of the key as it was noted outside; `events_check` is asked for further problems of
    each case; `url` says where the book lies, if not in the workspace. Do not hold the workspace's lock.

    Raises:
        NotFound: there is no workspace, or no such case.
        Busy: a writer did not end in time.

    """
    with workspace_lock(home, shared=True):
        for _ in range(_TRIES):
            before = _moment_of(home)
            outcome = _verified(_Desk(home, case, public_of(home), url), pin, events_check)
            if _moment_of(home) == before:
                return outcome
    raise Busy("the book was being written all the while", target="book.sqlite", hint="try again when it rests")


def _moment_of(home: Path) -> list[tuple[int, int]]:
    """Return what changes when anybody writes to the book."""
    places = [home / f"book.sqlite{end}" for end in ("", "-wal")]
    return [(stat.st_mtime_ns, stat.st_size) for stat in (path.stat() for path in places if path.exists())]


@dataclass(slots=True)
class _Desk:
    """What is being checked, and what came of it so far."""

    home: Path
    case: str | None
    public: bytes | None
    url: str | None = None
    states: dict[str, LogState] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    expected: Expected = field(default_factory=Expected)

    @property
    def cases(self) -> list[str]:
        """Return the logs that are cases'."""
        return [log for log in self.states if log != WORKSPACE]


def _verified(desk: _Desk, pin: str | None, events_check: EventsCheck | None) -> Verification:
    home, public = desk.home, desk.public
    desk.problems += _check_key(home, public, pin)
    try:
        with open_book(home, desk.url, readonly=True).read() as tx:
            _check_begun(home, tx)
            desk.problems += [Problem("book", "book.sqlite", None, said) for said in damage(tx)]
            _check_book(desk, tx)
    except Tampered as caught:
        desk.problems.append(Problem("book", "book.sqlite", "a book that can be read", caught.message))
    else:
        _check_files(desk, events_check)
    named = fingerprint(public) if public else None
    return Verification(
        fingerprint=named,
        pinned=pin is not None and named is not None and same_fingerprint(pin, named),
        entries=sum(len(state.entries) for state in desk.states.values()),
        artifacts=len(desk.expected.artifacts),
        files=len(desk.expected.files),
        problems=tuple(sorted(set(desk.problems), key=_order)),
        leftovers=tuple(sorted(set(desk.leftovers))),
        logs=tuple(sorted(state.head for state in desk.states.values() if state.head is not None)),
    )


def _check_begun(home: Path, tx: Tx) -> None:
    """Raise NotFound for a book without a row beside no file: its first run was killed before it entered anything."""
    kept = any(path.is_file() for folder in ("shelf", "lake", "reports") for path in (home / folder).rglob("*"))
    if not kept and not any(tx.count(table) for table in ("ledger", "checkpoint", *VOUCHED)):
        raise NotFound(f"nothing was ever entered in {home}", target=str(home), hint="triage some logs first")


def _order(problem: Problem) -> tuple[str, ...]:
    return (problem.kind, problem.where, problem.expected or "", problem.found or "")


def _check_key(home: Path, public: bytes | None, pin: str | None) -> Iterable[Problem]:
    if public is None:
        yield Problem("key", "keys/ledger.pub", "the workspace's public key", "missing")
    elif pin is not None and not same_fingerprint(pin, fingerprint(public)):
        yield Problem("key", "keys/ledger.pub", pin, fingerprint(public))
    secret = public_of(home, secret_only=True)
    if public is not None and secret is not None and secret != public:
        yield Problem("key", "keys/ledger.pem", fingerprint(public), fingerprint(secret))


def _check_book(desk: _Desk, tx: Tx) -> None:
    ids = tx.values("workspace", "workspace")
    if len(ids) != 1:
        desk.problems.append(Problem("book", "workspace", "one workspace", str(len(ids))))
    own = str(ids[0]) if ids else None
    top = check_log(tx, WORKSPACE, own, desk.public)
    purging = tx.values("certificate", "certificate", finished=None)
    desk.states[WORKSPACE] = top
    for log in _logs(desk, tx, top, purging):
        desk.states[log] = check_log(tx, log, own, desk.public)
    desk.problems += [problem for state in desk.states.values() for problem in state.problems]
    desk.problems += check_rows(tx, desk.states, whole=desk.case is None, spared=purging)
    desk.problems += _check_signer(desk, top)
    desk.leftovers += [Leftover(case, "its purge was interrupted; the next command ends it") for case in purging]
    desk.expected = expected_of(tx, [*desk.cases, *([WORKSPACE] if desk.case is None else [])])
    desk.expected.objects = frozenset(tx.values("artifact", "sha256"))
    desk.expected.spared = tuple(f"{folder}/{case}/" for case in purging for folder in ("lake", "reports"))


def _logs(desk: _Desk, tx: Tx, top: LogState, purging: list[str]) -> list[str]:
    """Return the cases to check, and note those that vanished or came from nowhere."""
    purged = set(tx.values("certificate", "certificate"))
    opened = {str(body.get("case")) for body in top.bodies("case.open")} - purged
    there = {*tx.values("case_", "case"), *tx.values("ledger", "case"), *tx.values("checkpoint", "case")}
    desk.problems += [Problem("case", repr(name), None, "no name of a case") for name in there if type(name) is not str]
    there = {name for name in there if type(name) is str} - {WORKSPACE, *purging}
    if desk.case is not None:
        if desk.case not in opened | there:
            raise NotFound(f"there is no case {desk.case}", target=desk.case, hint="jumpkit case list")
        opened, there = opened & {desk.case}, there & {desk.case}
    desk.problems += [Problem("case", name, "a case of this workspace", "missing") for name in opened - there]
    desk.problems += [Problem("case", name, None, "a case that was never opened here") for name in there - opened]
    return sorted(there)


def _check_signer(desk: _Desk, top: LogState) -> Iterable[Problem]:
    for body in top.bodies("key.made"):
        if desk.public is not None and body.get("fingerprint") != fingerprint(desk.public):
            yield Problem("key", "keys/ledger.pub", str(body.get("fingerprint")), fingerprint(desk.public))


def _check_files(desk: _Desk, events_check: EventsCheck | None) -> None:
    desk.problems += check_contents(desk.home, "artifact", desk.expected.artifacts)
    desk.problems += check_contents(desk.home, "file", desk.expected.files)
    folders = [""] if desk.case is None else [f"lake/{desk.case}", f"reports/{desk.case}"]
    for each in check_strangers(desk.home, desk.expected, folders):
        if isinstance(each, Problem):
            desk.problems.append(each)
        else:
            desk.leftovers.append(each)
    if events_check is not None:
        desk.problems += [problem for case in desk.cases for problem in events_check(case)]
