"""Gathers what gives lasting access in an account, kind by kind and region by region, as the provider tells it now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from jumpkit.model.action import Call, Cloud, Mark, Piece, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.pieces import document
from jumpkit.respond.sweep.asking import Place, sweep
from jumpkit.respond.sweep.kinds import kinds, needed

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE = 4  # places that are asked at a time

SPEC = Spec(
    title="Sweep an account for lasting access",
    verb="collect",
    target="account",
    effect="Identities, trusts, policies, functions, rules, shares, openings and watchers are read and sealed.",
    danger="none",
    reads=("ec2:DescribeRegions", *needed()),  # what its kinds ask, one file a kind
    writes=(),
    loses="Nothing.",
    undo=None,
    options={"regions": "regions, comma-separated; all that the account has by default"},
    attack=("T1098", "T1136.003", "T1546"),
    proof=(
        Proof("what an attack of the lab left is named, and a refused read is told as a gap", "moto 5"),
        Proof("kinds that the emulator lacks are read as the provider's model says", "model stub"),
    ),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the regions to be looked at."""
    chosen = [each.strip() for each in mark.options.get("regions", "").split(",") if each.strip()]
    if not chosen:
        body = cloud.read(Call("ec2", "DescribeRegions")).body
        chosen = [each["RegionName"] for each in body["Regions"]]
    return {"account": target.uid, "regions": sorted(chosen)}


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell that gathering is never done before it began."""
    del target, seen, mark
    return "no"


def gather(cloud: Cloud, target: Target, mark: Mark) -> Iterator[Piece]:
    """Read every kind in every place, and yield a document a place; what does not answer is a gap in it."""
    places: list[str | None] = [None, *observe(cloud, target, mark)["regions"]]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(partial(_piece, cloud, target.uid), places)


def _piece(cloud: Cloud, account: str, region: str | None) -> Piece:
    reach = "global" if region is None else "region"
    place = Place(cloud, account, region)
    found = sweep(place, [kind for kind in kinds().values() if kind.reach == reach])
    gaps = [gap for each in found.values() for gap in each["gaps"]]
    about = {
        "expected": place.answered + place.denied,
        "received": place.answered,
        "request_ids": place.request_ids,
        "denied": sorted({f"{gap['call']}: {gap['because']}" for gap in gaps if gap["denied"]}),
        "unanswered": sorted({f"{gap['call']}: {gap['code']}" for gap in gaps if not gap["denied"]}),
    }
    body = {"schema": "sweep-evidence/1", "account": account, "region": region, "kinds": found}
    return Piece(f"aws/{account}/sweep/{region or 'global'}.json", document(body), about)
