"""A call that was made, as CloudTrail writes it: one record, or two where it crosses from an account into another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from moto.s3.models import s3_backends

from jumpkit.lab.live import clock, trails
from jumpkit.lab.live.buckets import copy_source, s3_answer, s3_more, s3_request, s3_resources
from jumpkit.lab.live.hearing import answer_of
from jumpkit.lab.live.identities import Identity, foreign
from jumpkit.lab.live.spelling import ec2_answer, ec2_request, lower_first, plain, table
from jumpkit.lab.record import Actor, Call, Diary, Entry, is_read, note

if TYPE_CHECKING:
    from jumpkit.lab.live.hearing import Answered, Heard
    from jumpkit.lab.mint import Mint

Json = dict[str, Any]
_ANYWHERE = "us-east-1"
_FINE = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """A call and all that is known about it before it is made."""

    call: Heard
    who: Identity
    address: str
    agent: str
    logged_before: tuple[str | None, ...]  # where each account's trails file it


def accounts_of(call: Heard, who: Identity) -> tuple[str, ...]:
    """Return the accounts whose trails see a call: the caller's, and the one that owns what is called upon."""
    other = None
    if call.service == "s3" and call.parameters.get("Bucket"):
        other = _owner(str(call.parameters["Bucket"]))  # of a copy, the account that it goes to
    elif call.operation == "AssumeRole":
        other = next(iter(str(call.parameters.get("RoleArn", "")).split(":")[4:5]), None)
    return (who.account,) if other in {None, who.account} else (who.account, str(other))


def filed(call: Heard, accounts: tuple[str, ...]) -> tuple[str | None, ...]:
    """Return for each account the region under which its trails file the call right now, None where they do not."""
    region = _ANYWHERE if trails.is_global(call.service) else call.region
    resources = _data_arns(call)
    read = _reads(call)
    return tuple(
        trails.delivered_in(trails.Event(account, region, call.service, call.operation, read, resources))
        for account in accounts
    )


def written(asked: Asked, answered: Answered, request_id: str, mint: Mint, size: int) -> list[tuple[Entry, bool]]:
    """Return the records of a call, and of each whether any trail had it."""
    call, who = asked.call, asked.who
    accounts = accounts_of(call, who)
    after = filed(call, accounts)
    shared = {"sharedEventID": mint.uuid()} if len(accounts) > 1 or who.said["type"] == "AWSService" else {}
    body = _body(call, answered, request_id)
    more = dict(body.more) | _resources(call, accounts[-1]) | shared
    more |= {"requestID": request_id, "readOnly": _reads(call)}
    if call.service == "s3":
        more["additionalEventData"] = s3_more(call, answered, size)
    made: list[tuple[Entry, bool]] = []
    for account, before, now in zip(accounts, asked.logged_before, after, strict=True):
        identity = who.said if account == who.account else foreign(who)
        actor = Actor(identity, account, asked.address, asked.agent)
        diary = Diary(mint)
        note(diary, actor, clock.now(), call.region, replace(body, more=more))
        entry = diary.entries[0]
        place = before or now  # the call that stops a trail is the last that it has, the one that starts it the first
        made.append((replace(entry, region=place or entry.region), place is not None))
    return made


def _body(call: Heard, answered: Answered, request_id: str) -> Call:
    """Return what was asked and what came back."""
    source = table()["sources"].get(call.service, call.service)
    event = table()["events"].get(call.service, {}).get(call.operation, call.operation)
    answer = answer_of(call, answered)
    error = _error(call.service, answer) if answered.status >= _FINE else None
    silent = error is not None or (_reads(call) and call.operation != "AssumeRole")
    response = None if silent else _answer(call, answered, answer, request_id)
    more: Json = {}
    if trails.data_type(call.service, call.operation):
        more = {"managementEvent": False, "eventCategory": "Data"}
    return Call(source, event, _request(call), response, error, more)


def _request(call: Heard) -> Json | None:
    if call.service == "s3":
        return s3_request(call)
    shape = call.model.input_shape
    if shape is None:
        return None
    if call.service == "ec2":
        return ec2_request(call.operation, shape, call.parameters)
    said: Json = plain(shape, call.parameters)
    return said | _veiled(call) or None


def _veiled(call: Heard) -> Json:
    """Return what is asked for and shown as hidden."""
    hidden = table()["hidden"]
    return {
        lower_first(name): hidden["veil"] for name in hidden["veiled"].get(call.service, ()) if name in call.parameters
    }


def _answer(call: Heard, answered: Answered, answer: Json, request_id: str) -> Json | None:
    if call.service == "s3":
        return s3_answer(answered)
    shape = call.model.output_shape
    if call.service == "ec2":
        return ec2_answer(call.operation, shape, answer, request_id)
    if shape is None:
        return None
    said: Json = plain(shape, {name: value for name, value in answer.items() if name != "ResponseMetadata"})
    inner = next(iter(said.values())) if len(said) == 1 else None
    if call.service == "rds" and isinstance(inner, dict):
        return inner  # written without the name of what was made
    return said or None


def _error(service: str, answer: Json) -> tuple[str, str]:
    """Return code and message as records have them: EC2's with the side that is to blame, IAM's as exceptions."""
    told = answer.get("Error", {})
    code, message = str(told.get("Code", "InternalFailure")), str(told.get("Message", ""))
    if service == "ec2":
        return f"Client.{code}", message
    if service == "iam" and not code.endswith(("Exception", "AccessDenied")):
        return f"{code}Exception", message
    return code, message


def _reads(call: Heard) -> bool:
    return is_read(call.operation) or call.operation in {"AssumeRole", "GenerateDataKey", "Encrypt"}


def _owner(bucket: str) -> str | None:
    held = s3_backends.bucket_accounts.get(bucket)
    return held[1] if held else None


def _data_arns(call: Heard) -> tuple[str, ...]:
    """Return the resources by which selectors of data events choose."""
    said = call.parameters
    if call.service == "s3":
        own = f"arn:aws:s3:::{said.get('Bucket')}/{said.get('Key') or ''}"
        source = copy_source(call)
        return (own, f"arn:aws:s3:::{source}") if source else (own,)
    if call.service == "lambda":
        return (str(said.get("FunctionName", "")),)
    return (str(said.get("TableName") or said.get("SnapshotId") or said.get("QueueUrl") or ""),)


def _resources(call: Heard, owner: str) -> Json:
    if call.service == "s3":
        source = copy_source(call)
        found = s3_resources(call, owner, _owner(source.partition("/")[0]) if source else None)
        return {"resources": found} if found else {}
    if call.operation == "AssumeRole":
        return {"resources": [{"accountId": owner, "type": "AWS::IAM::Role", "ARN": call.parameters.get("RoleArn")}]}
    return {}
