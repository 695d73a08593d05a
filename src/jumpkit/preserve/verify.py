"""Verifies a workspace or one case of it against its ledger; it writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Busy, NotFound, Tampered
from jumpkit.preserve.check_cosigned import check_cosigned
from jumpkit.preserve.check_files import Expected, check_contents, check_strangers, expected_of
from jumpkit.preserve.check_log import LogState, check_log
from jumpkit.preserve.check_rows import check_rows
from jumpkit.preserve.keychain import REVOKED, present_key, staged_public
from jumpkit.preserve.keys import fingerprint, public_of, same_fingerprint
from jumpkit.preserve.origins import Signer, handovers, trusted
from jumpkit.preserve.problem import Leftover, Problem, Seen, Verification
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
    seen: list[Seen] = field(default_factory=list)

    @property
    def cases(self) -> list[str]:
        """Return the logs that are cases'."""
        return [log for log in self.states if log != WORKSPACE]


def _verified(desk: _Desk, pin: str | None, events_check: EventsCheck | None) -> Verification:
    home = desk.home
    try:
        with open_book(home, desk.url, readonly=True).read() as tx:
            _check_begun(home, tx)
            desk.problems += [Problem("book", "book.sqlite", None, said) for said in damage(tx)]
            _check_book(desk, tx)
    except Tampered as caught:
        desk.problems.append(Problem("book", "book.sqlite", "a book that can be read", caught.message))
    else:
        _check_files(desk, events_check)
    desk.problems += _check_key(desk)
    pinned, wrong = _pinned(desk, pin)
    desk.problems += wrong
    return Verification(
        fingerprint=fingerprint(desk.public) if desk.public else None,
        pinned=pinned,
        entries=sum(len(state.entries) for state in desk.states.values()),
        artifacts=len(desk.expected.artifacts),
        files=len(desk.expected.files),
        problems=tuple(sorted(set(desk.problems), key=_order)),
        leftovers=tuple(sorted(set(desk.leftovers))),
        logs=tuple(sorted(state.head for state in desk.states.values() if state.head is not None)),
        handovers=tuple(each for state in desk.states.values() for each in handovers(state.log, state.signers)),
        witnesses=tuple(sorted(desk.seen)),
    )


def _check_begun(home: Path, tx: Tx) -> None:
    """Raise NotFound for a book without a row beside no file: its first run was killed before it entered anything."""
    kept = any(path.is_file() for folder in ("shelf", "lake", "reports") for path in (home / folder).rglob("*"))
    if not kept and not any(tx.count(table) for table in ("ledger", "checkpoint", *VOUCHED)):
        raise NotFound(f"nothing was ever entered in {home}", target=str(home), hint="triage some logs first")


def _order(problem: Problem) -> tuple[str, ...]:
    return (problem.kind, problem.where, problem.expected or "", problem.found or "")


def _check_key(desk: _Desk) -> Iterable[Problem]:
    if desk.public is None:
        yield Problem("key", "keys/ledger.pub", "the workspace's public key", "missing")
    if staged_public(desk.home) is not None:
        return  # a change of the key that was killed: the next command ends it
    secret = public_of(desk.home, secret_only=True)
    if desk.public is not None and secret is not None and secret != desk.public:
        yield Problem("key", "keys/ledger.pem", fingerprint(desk.public), fingerprint(secret))


def _pinned(desk: _Desk, pin: str | None) -> tuple[bool, list[Problem]]:
    """Tell whether the key that was noted outside vouches for all, by itself or by whom it named; and if not, why."""
    if pin is None or desk.public is None:
        return False, []
    now = fingerprint(desk.public)
    top = desk.states.get(WORKSPACE)
    signers = top.signers if top else [Signer(None, desk.public)]
    reach = trusted(signers, [pin])
    revoked = [body for body in top.bodies(REVOKED) if same_fingerprint(str(body.get("key")), pin)] if top else []
    wrong = [Problem("key", "the key you named", "one that holds", _revoked(body)) for body in revoked]
    if not reach[-1]:
        last = max((index for index, held in enumerate(reach) if held), default=None)
        where = "keys/ledger.pub" if last is None else f"{WORKSPACE} from line {signers[last].size}"
        wrong.append(Problem("key", where, pin, now))
    return reach[-1] and not revoked, wrong


def _revoked(body: Mapping[str, Any]) -> str:
    return f"revoked from {body.get('since')}: {body.get('because')}"


def _check_book(desk: _Desk, tx: Tx) -> None:
    ids = tx.values("workspace", "workspace")
    if len(ids) != 1:
        desk.problems.append(Problem("book", "workspace", "one workspace", str(len(ids))))
    own = str(ids[0]) if ids else None
    _take_up_staged(desk, tx)
    top = check_log(tx, WORKSPACE, own, desk.public)
    purging = tx.values("certificate", "certificate", finished=None)
    desk.states[WORKSPACE] = top
    for log in _logs(desk, tx, top, purging):
        desk.states[log] = check_log(tx, log, own, desk.public)
    desk.problems += [problem for state in desk.states.values() for problem in state.problems]
    desk.problems += check_rows(tx, desk.states, whole=desk.case is None, spared=purging)
    desk.problems += _check_signer(desk, top)
    desk.seen, wrong = check_cosigned(tx, desk.states)
    desk.problems += wrong
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


def _take_up_staged(desk: _Desk, tx: Tx) -> None:
    """Take the key that the ledger names where its file has not got its name yet."""
    staged = staged_public(desk.home)
    if staged is None:
        return
    desk.leftovers.append(Leftover("keys/next", "a change of the key was interrupted; the next command ends it"))
    if staged == present_key(tx):
        desk.public = staged


def _check_signer(desk: _Desk, top: LogState) -> Iterable[Problem]:
    told = [entry["body"].get("to") or entry["body"].get("fingerprint") for entry in top.entries if _names_key(entry)]
    if told and desk.public is not None and told[-1] != fingerprint(desk.public):
        yield Problem("key", "keys/ledger.pub", str(told[-1]), fingerprint(desk.public))


def _names_key(entry: Mapping[str, Any]) -> bool:
    return entry.get("kind") in {"key.made", "key.rotated", "key.lost"}


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
