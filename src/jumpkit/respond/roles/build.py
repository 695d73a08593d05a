"""Builds the roles: permissions, trust, what could not be held to anything, and what may be needed beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.respond.policy.actions import table, wanted
from jumpkit.respond.roles.documents import PATH, Place, grants, policies
from jumpkit.respond.roles.functions import FUNCTIONS, Function, needs
from jumpkit.respond.roles.scopes import scopes
from jumpkit.respond.roles.trust import Trust, trust_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.model.action import Action
    from jumpkit.respond.roles.functions import Need

Json = dict[str, Any]
_TRUSTS = ("iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PassRole")


def build(
    names: Iterable[str], catalog: Sequence[Action], reads: Iterable[str], place: Place, trust: Trust | None
) -> list[Json]:
    """Return the roles of functions by their names, in the order of the functions."""
    looks = tuple(reads)
    wished = set(names) or set(FUNCTIONS)
    return [_role(each, catalog, looks, place, trust) for name, each in FUNCTIONS.items() if name in wished]


def _role(
    function: Function, catalog: Sequence[Action], reads: Iterable[str], place: Place, trust: Trust | None
) -> Json:
    needed = needs(function, catalog, reads)
    documents = policies(grants(function, needed, place), place)
    name = f"jumpkit-{function.name}"
    permissions = sorted({each.permission for each in needed})
    return {
        "role": function.name,
        "name": name,
        "path": PATH,
        "about": function.about,
        "max_session": function.longest,
        "actions": sorted({each.action for each in needed}),
        "permissions": permissions,
        "policies": [{"name": f"{name}-{at}", "document": each} for at, each in enumerate(documents, 1)],
        "trust": trust_policy(function, trust) if trust else None,
        "may_need": _beside(permissions),
        "limits": [*_limits(needed, place, trust)],
    }


def _beside(permissions: list[str]) -> list[Json]:
    """Return what calls of the role may need beside, which does not show before they are made."""
    held = set(permissions)
    found = {}
    for rule in table().rules:
        for call in sorted(rule.calls) if rule.hangs else ():
            asks = wanted(rule.service, call, {}).actions
            if asks and set(asks) <= held:
                for need in rule.needs:
                    if need not in held:
                        found[need, rule.hangs] = {"permission": need, "where": rule.hangs, "for": asks[0]}
    return [found[key] for key in sorted(found, key=lambda key: (key[0], str(key[1])))]


def _limits(needed: list[Need], place: Place, trust: Trust | None) -> Iterable[str]:
    """Yield what the role's documents do not say or cannot keep from happening."""
    permissions = {each.permission for each in needed}
    unknown = sorted(permissions - set(scopes().actions))
    if unknown:
        yield f"not held to any resource, since no table says to which they could be: {', '.join(unknown)}"
    if not needed:
        yield "no action of the catalogue has its verb, so it may do nothing"
    if trust is None:
        yield "nobody was named who may take it on, so it has no trust policy"
    if place.account is None:
        yield "no account was named, so the resources' ARNs are of any account"
    if any(each.startswith("kms:") for each in permissions):
        yield "a KMS key is reached only where the key's own policy lets its account decide, as it does by default"
    strong = sorted(permissions & set(_TRUSTS))
    if len(strong) > 1:
        yield (
            f"{', '.join(strong)}: whoever holds this role can give other roles rights, or make them trust somebody; "
            "no policy tells a good document from a bad one. Watch its sessions."
        )
    yield "service control policies and boundaries of the account are not known here and may still deny"
