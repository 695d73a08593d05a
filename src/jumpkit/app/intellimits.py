"""What a search for indicators cannot say in this case, worked out from what its logs lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.kit.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumpkit.model.indicator import Indicator
    from jumpkit.store.lake.read import Lake

_HELD = """
SELECT count(*), count(src_endpoint.ip), count(dst_endpoint.ip), count(query.hostname), count(http_request.url),
       count(http_request.user_agent), count(api.operation)
FROM events
"""
_NAMES = ("events", "src", "dst", "names", "urls", "agents", "calls")


def limits_of(
    lake: Lake, known: Sequence[Indicator], counts: Mapping[str, int], *, only_last: bool
) -> list[dict[str, str]]:
    """Return each limit of the answer with what it comes from."""
    held = dict(zip(_NAMES, lake.query(_HELD)[0], strict=True))
    kinds = {term.kind for item in known for clause in item.clauses for term in clause}
    found = [*_of_logs(held, kinds), *_of_list(counts)]
    if only_last:
        found.append(("only what the last run brought was looked at", "ask with --retro to look at the whole case"))
    return [{"what": what, "because": because} for what, because in found]


def _of_logs(held: Mapping[str, int], kinds: set[str]) -> Iterator[tuple[str, str]]:
    if not held["events"]:
        yield "nothing could be matched", "no event was looked at"
        return
    if kinds & {"address", "network"} and not held["dst"]:
        yield "to which addresses machines talked is unknown", "the case has no flow, DNS or balancer logs"
    if kinds & {"address", "network"} and held["calls"] > held["src"]:
        missing = held["events"] - held["src"]
        yield (
            f"{counted(missing, 'event')} without an address to compare",
            "their records name a service, or mask where they came from",
        )
    if "domain" in kinds and not held["names"]:
        yield "which names machines asked for is unknown", "the case has no DNS logs"
    if kinds & {"domain", "url"} and not held["urls"]:
        yield "which URLs were asked for is unknown", "the case has no logs of HTTP requests"
    if "agent" in kinds and not held["agents"]:
        yield "no user agent could be compared", "the records name none"
    if "hash" in kinds:
        yield (
            "digests are found only where a request or response names one",
            "cloud logs do not hold the files themselves",
        )


def _of_list(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    if not counts["indicators"]:
        yield "nothing was looked for", "the workspace has no indicators; jumpkit intel import FILE"
    for state, because in (
        ("not_runnable", "what they say does not stand in cloud logs, or is more than one event can answer"),
        ("refused", "they would accuse the innocent: private ranges, the provider's own names, whole continents"),
        ("partly", "some of their alternatives cannot be looked for"),
    ):
        if counts[state]:
            how = "looked for in part only" if state == "partly" else "not looked for"
            yield f"{counted(counts[state], 'indicator')} {how}", because
    if counts["outside_validity"]:
        yield (
            f"{counted(counts['outside_validity'], 'indicator')} seen only at times for which nobody vouches for it",
            "a match counts from valid-from until valid-to, by the event's own time; outside_validity lists them",
        )
