"""Roles for responders, made from the catalogue of actions and the inventory, as IAM JSON and as Terraform."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.prepare.inventory.kinds import load
from jumpkit.respond.catalog import actions
from jumpkit.respond.roles import terraform
from jumpkit.respond.roles.build import build
from jumpkit.respond.roles.documents import Place
from jumpkit.respond.roles.functions import FUNCTIONS
from jumpkit.respond.roles.trust import Trust

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.model.action import Json

BESIDE = ("ec2:DescribeRegions", "organizations:ListAccounts")  # of the inventory as a whole

_PARTITIONS = ("aws", "aws-cn", "aws-us-gov")
_ACCOUNT = re.compile(r"\d{12}")
_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)/[\w+=,.@/-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which roles, for which account (None: any), and whom they trust (nobody named: no trust policy)."""

    functions: tuple[str, ...] = ()
    account: str | None = None
    partition: str = "aws"
    principals: tuple[str, ...] = ()
    external_id: str | None = None


def built(wish: Wish, out: Path | None = None) -> Json:
    """Return roles/1, and write it as files into a folder that is named: a policy, a trust, one module of Terraform.

    Raises:
        NotFound: there is no such function.
        BadUsage: what is named is no account or nobody in particular, a trust lacks half, or files are there already.

    """
    for name in wish.functions:
        if name not in FUNCTIONS:
            raise NotFound(f"there is no role for {name!r}", target=name, hint=f"one of {', '.join(FUNCTIONS)}")
    _named(wish)
    place = Place(wish.partition, wish.account)
    roles = _roles(wish, place, _trust(wish))
    body: Json = {"schema": "roles/1", "provider": "aws", "account": wish.account, "roles": roles, "files": []}
    body["terraform"] = _module(wish)
    if out is not None:
        body["files"] = _written(body, out)
    return body


def _roles(wish: Wish, place: Place, trust: Trust | None) -> list[Json]:
    reads = sorted({*BESIDE, *(each for kind in load().values() for each in kind.actions())})
    return build(wish.functions, actions(), reads, place, trust)


def _named(wish: Wish) -> None:
    """Refuse what is no account, no partition, or nobody in particular."""
    if wish.partition not in _PARTITIONS:
        raise BadUsage(f"there is no partition {wish.partition!r}", target="--partition", hint=", ".join(_PARTITIONS))
    if wish.account is not None and not _ACCOUNT.fullmatch(wish.account):
        raise BadUsage(f"{wish.account!r} is no account", target="--account", hint="twelve digits")
    for each in wish.principals:
        if not _PRINCIPAL.fullmatch(each):
            hint = "arn:aws:iam::111122223333:role/incident-response, or a user's, or an account's root"
            raise BadUsage(f"{each!r} names nobody in particular", target="--principal", hint=hint)


def _trust(wish: Wish) -> Trust | None:
    if not wish.principals and wish.external_id is None:
        return None
    if not wish.principals or not wish.external_id:
        raise BadUsage(
            "a role that others take on needs both: who they are and the id that they must say",
            hint="--principal arn:aws:iam::…:role/… --external-id …",
        )
    return Trust(wish.principals, wish.external_id)


def _module(wish: Wish) -> str:
    """Return the roles as Terraform; whom they trust and where they stand is told when it is applied."""
    place = Place(terraform.PARTITION, terraform.ACCOUNT)
    return terraform.module(_roles(wish, place, Trust((terraform.PRINCIPALS,), terraform.EXTERNAL_ID)))


def _written(body: Json, out: Path) -> list[str]:
    files: dict[str, str] = {"roles.tf": body["terraform"]}
    for role in body["roles"]:
        for at, policy in enumerate(role["policies"], 1):
            files[f"{role['name']}.policy-{at}.json"] = _text(policy["document"])
        if role["trust"]:
            files[f"{role['name']}.trust.json"] = _text(role["trust"])
    there = sorted(name for name in files if (out / name).exists())
    if there:
        raise BadUsage(f"{', '.join(there)} already there", target=str(out), hint="name another folder")
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (out / name).write_text(text, "utf-8")
    return sorted(files)


def _text(document: Json) -> str:
    return json.dumps(document, indent=2) + "\n"
