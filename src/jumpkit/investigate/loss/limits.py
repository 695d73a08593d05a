"""What the answer on data loss cannot know, each limit computed from what is absent in this case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.investigate.loss.table import stores
from jumpkit.investigate.moments import moment
from jumpkit.kit.clock import stamp
from jumpkit.kit.text import sql_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumpkit.investigate.loss.reads import Figures
    from jumpkit.investigate.loss.rest import Record
    from jumpkit.investigate.loss.steps import Taken
    from jumpkit.investigate.responsible import Held
    from jumpkit.model.estate import Estate
    from jumpkit.store.lake.read import Lake

_SOURCES = "SELECT metadata.log_name, count(*), min(time), max(time) FROM events GROUP BY 1 ORDER BY 1"


def limits(
    lake: Lake, held: Held, counted: tuple[Sequence[Figures], Sequence[Taken]], known: Record, estate: Estate
) -> list[dict[str, str]]:
    """Return what this answer cannot know."""
    read, taken = counted
    found = [
        *_others(held, read, taken),
        *_not_logged(read, known),
        *_logs(lake, read),
        *_copied(read, known),
        *(
            ()
            if estate.data_classes
            else (("data classes", "no estate file says which stores hold what (--estate FILE, data_classes)"),)
        ),
    ]
    return [{"what": what, "because": because} for what, because in found]


_Limit = tuple[str, str]


def _others(held: Held, read: Iterable[Figures], taken: Iterable[Taken]) -> Iterator[_Limit]:
    """Yield who was counted, and what others did that was not."""
    yield "whose reads count", f"{held.said}; --by NAME counts others, --everyone all"
    others = sum(each.reads for each in read if not each.held)
    steps = sum(not each.call.held and not each.answered for each in taken)
    if others or steps:
        who = f"{others:,} read(s) and {steps:,} other call(s) by those who do not count are left out"
        yield "reads by others", f"{who}; nothing shows that they were rightful"


def _not_logged(read: Iterable[Figures], known: Record) -> Iterator[_Limit]:
    """Yield accounts without records of reading, and since when."""
    table = stores()
    accounts = sorted({account or "unknown" for account, _ in known.at_hand})
    seen = {(each.account or "unknown", each.kind) for each in read}
    since, until = (stamp(moment(when)) for when in known.span)
    for account in accounts:
        missing = [
            kind.title
            for kind in table.kinds
            if kind.recorded["how"] == "data"
            and not known.at_hand.get((account, kind.service))
            and (account, kind.kind) not in seen
        ]
        if missing:
            because = (
                f"NOT LOGGED from {since} to {until}: the case has no data event of it, so reading leaves no trace here"
            )
            yield f"reading of {', '.join(missing)} in account {account}", because


def _logs(lake: Lake, read: Iterable[Figures]) -> Iterator[_Limit]:
    """Yield what further logs would have told, and what those at hand are known to leave out."""
    held = {source for source, *_ in lake.query(_SOURCES)}
    reads = ", ".join(map(sql_text, stores().access_log))
    ((access,),) = lake.query(
        f"SELECT count(*) FROM events WHERE api.operation IN ({reads}) AND metadata.log_name <> 'aws/cloudtrail'"  # noqa: S608 - our own table
    )
    if access:
        yield (
            "S3 access logs",
            "the provider delivers them as best it can and promises no completeness: they prove, and never exclude",
        )
    else:
        yield (
            "S3 access logs",
            "none is in the case; they would have shown reads, bytes and addresses where a bucket keeps them",
        )
    if "aws/vpcflow" not in held:
        yield (
            "volume sent out of instances",
            "no VPC flow logs are in the case: what left by network from inside is not seen",
        )
    if any(each.measured < each.reads for each in read if each.held):
        yield "bytes", "some records of reads do not say how much was sent: figures in bytes are floors"


def _copied(read: Iterable[Figures], known: Record) -> Iterator[_Limit]:
    """Yield what figures do not mean."""
    twice = sum(each.twice for each in read)
    if twice:
        yield (
            "reads in two logs",
            f"{twice:,} read(s) stand in CloudTrail and in access logs, joined by the request's id",
        )
    since, _ = (stamp(moment(when)) for when in known.span)
    yield (
        "before the window",
        f"what was read before {since}, the first call of those who count, or outside the logs at hand, is not judged",
    )
