"""What flow records cannot say, computed from what these records lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.investigate.network.words import counted, length

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.investigate.network.assets import Assets
    from jumpkit.investigate.network.flows import Facts
    from jumpkit.investigate.network.space import Space

Limit = dict[str, str]


def limit(what: str, because: str) -> Limit:
    """Return a limit as contract.md has it."""
    return {"what": what, "because": because}


def no_flows() -> list[Limit]:
    """Return what holds where a case has no flow record at all."""
    because = (
        "The case holds no flow record (VPC flow logs or the like): that nothing is listed does not mean that nothing "
        "happened. Beacons, scans, volumes, moves between machines and isolation are all unknown."
    )
    return [limit("everything the network would tell", because)]


def standing(known: Facts, space: Space) -> Iterator[Limit]:
    """Yield the limits of flow records as such."""
    yield limit("moments within an interval", _interval(known))
    yield limit(
        "what was said", "Flow records hold no payload: volumes and ports are proven, contents and sign-ins not."
    )
    yield limit(
        "sampling",
        "No record states a sampling rate; AWS counts every packet of the flows that it logs, other exporters may not.",
    )
    yield limit(
        "traffic that AWS never logs",
        "DNS to the Amazon resolver, the metadata service (169.254.169.254), DHCP, time sync, Windows activation, the "
        "router's reserved address, and mirrored packets at their source: their absence here says nothing.",
    )
    if not known.packet_addresses:
        yield limit(
            "addresses behind NAT and balancers",
            "No record names the packet's own addresses (pkt-srcaddr, pkt-dstaddr): behind a NAT gateway or a load "
            "balancer the address is the gateway's, and the machine behind it is not told.",
        )
    yield from _missing(known)
    if space.unheard:
        nets = ", ".join(space.unheard)
        yield limit("own networks", f"{nets} of the estate file could not be tested for; they count as outside.")


def _missing(known: Facts) -> Iterator[Limit]:
    """Yield what these records lack that others have."""
    if known.skipped:
        yield limit(
            "skipped records",
            f"{counted(known.skipped, 'record')} say SKIPDATA: the provider lost flows in these intervals, and nobody "
            "knows which.",
        )
    if not known.denied and known.flows:
        yield limit(
            "refused traffic",
            "No record is a denied one: the flow logs may hold accepted traffic only, so attempts may be missing.",
        )
    if known.flagged < known.flows:
        share = known.flows - known.flagged
        yield limit(
            "who began a conversation",
            f"{counted(share, 'record')} have no TCP flags (version 2): who asked is judged by the ports there.",
        )
    if known.nameless:
        yield limit(
            "which interface",
            f"{counted(known.nameless, 'record')} name no interface: what was seen twice cannot be told from two.",
        )


def _interval(known: Facts) -> str:
    span = length(known.longest or 0)
    implied = length(known.interval)
    return (
        f"Records sum up what one flow did in an interval; the longest here spans {span}, so the interval is taken to "
        f"be {implied}. The order of packets within it is lost."
    )


def uncovered(known: Assets, heard: Mapping[str, object]) -> list[Limit]:
    """Return a limit for the interfaces that calls or snapshots name and no flow record is about."""
    silent = sorted(name for name in known.interfaces if name not in heard)
    if not silent:
        return []
    more = f" and {len(silent) - 5:,} more" if len(silent) > 5 else ""  # noqa: PLR2004 - five are named
    because = (
        f"{', '.join(silent[:5])}{more}: named by calls or snapshots, without one flow record (not even NODATA). "
        "Whether they were logged, or existed then, is not known."
    )
    return [limit("interfaces without flow records", because)]
