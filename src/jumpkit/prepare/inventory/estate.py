"""Which accounts and regions an estate has, and which of them can be entered; what cannot is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Denied, JumpkitError, ProviderError
from jumpkit.model.action import Call
from jumpkit.model.inventory import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.model.action import Cloud

ALWAYS = ("ec2:DescribeRegions", "organizations:ListAccounts")  # sts:GetCallerIdentity needs no right
_ALONE = "AWSOrganizationsNotInUseException"
_IN_USE = frozenset({"opt-in-not-required", "opted-in"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose rights are used."""

    account: str
    arn: str
    partition: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account that belongs to the estate."""

    account: str
    name: str | None = None
    status: str | None = None  # the provider's word; None where only the account itself was asked


@dataclass(frozen=True, slots=True)
class Entered:
    """An account with its cloud, or why it is uncovered."""

    account: Account
    cloud: Cloud | None
    gap: Gap | None


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of an account: those in use, those that are not enabled, and why that is not known."""

    used: tuple[str, ...]
    idle: tuple[str, ...]
    gap: Gap | None = None


def caller(cloud: Cloud) -> Caller:
    """Return who asks; raises Denied and the other errors of the provider."""
    body = cloud.read(Call("sts", "GetCallerIdentity")).body
    return Caller(str(body["Account"]), str(body["Arn"]), str(body["Arn"]).split(":")[1])


def accounts(cloud: Cloud, own: str) -> tuple[list[Account], Gap | None]:
    """Return the accounts of the organization; the caller's alone where there is none, or where it may not be asked."""
    call = Call("organizations", "ListAccounts")
    try:
        found = [each for page in cloud.pages(call) for each in page.body["Accounts"]]
    except JumpkitError as error:
        code = getattr(error, "code", None)
        return [Account(own)], None if code == _ALONE else _gap(call, error, "organizations:ListAccounts")
    listed = [Account(each["Id"], each.get("Name"), each.get("State") or each.get("Status")) for each in found]
    if own not in {each.account for each in listed}:
        listed.append(Account(own))
    return sorted(listed, key=lambda each: each.account), None


def entered(each: Account, own: Caller, cloud: Cloud, enter: Callable[[str], Cloud] | None) -> Entered:
    """Return an account with the cloud by which it is asked, after it said itself which account it is."""
    if each.account == own.account:
        return Entered(each, cloud, None)
    call = Call("sts", "AssumeRole")
    if each.status not in (None, "ACTIVE"):
        return Entered(each, None, Gap(None, "organizations:ListAccounts", str(each.status), "it is not active", None))
    if enter is None:
        return Entered(each, None, Gap(None, "sts:AssumeRole", "no_role", "no role was named to enter it by", None))
    try:
        there = enter(each.account)
        inside = caller(there)
    except JumpkitError as error:
        return Entered(each, None, _gap(call, error, "sts:AssumeRole"))
    if inside.account != each.account:
        because = f"the role is of account {inside.account}"
        return Entered(each, None, Gap(None, "sts:GetCallerIdentity", "other_account", because, None))
    return Entered(each, there, None)


def regions(cloud: Cloud, known: Callable[[], Sequence[str]]) -> Regions:
    """Return an account's regions; where they may not be asked, those that the SDK knows, and a gap."""
    call = Call("ec2", "DescribeRegions", {"AllRegions": True})
    try:
        found: list[dict[str, Any]] = cloud.read(call).body["Regions"]
    except JumpkitError as error:
        return Regions(tuple(known()), (), _gap(call, error, "ec2:DescribeRegions"))
    used = sorted(each["RegionName"] for each in found if each.get("OptInStatus", "opted-in") in _IN_USE)
    idle = sorted(each["RegionName"] for each in found if each.get("OptInStatus", "opted-in") not in _IN_USE)
    return Regions(tuple(used), tuple(idle))


def _gap(call: Call, error: JumpkitError, action: str) -> Gap:
    code = (error.code if isinstance(error, ProviderError) else None) or error.kind
    lacks = action if isinstance(error, Denied) else None
    return Gap(None, f"{call.service}:{call.operation}", code, error.message, lacks)
