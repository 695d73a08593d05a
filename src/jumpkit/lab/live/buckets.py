"""Calls to S3 as CloudTrail writes them: bucket, host, key, what stood in the query, and the headers that matter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from jumpkit.lab.live.spelling import is_hidden, scalar

if TYPE_CHECKING:
    from jumpkit.lab.live.hearing import Answered, Heard

Json = dict[str, Any]

_HEADERS = (
    "x-amz-acl",
    "x-amz-copy-source",
    "x-amz-storage-class",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-bypass-governance-retention",
    "x-amz-metadata-directive",
)
_ANSWERED = ("x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id", "x-amz-version-id")
_UNSIGNED = ("X-Amz-", "x-id")  # what a query holds for the signature's sake


def s3_request(call: Heard) -> Json:
    """Return what was asked."""
    bucket, key = call.parameters.get("Bucket"), call.parameters.get("Key")
    found: Json = {"bucketName": bucket, "Host": _host(bucket, call.region)} if bucket else {}
    found = found or {"Host": f"s3.{call.region}.amazonaws.com"}
    if key:
        found["key"] = key
    found |= {name: value for name, value in call.address.items() if not name.startswith(_UNSIGNED)}
    found |= {name: call.headers[name] for name in _HEADERS if name in call.headers}
    payload = call.model.input_shape.serialization.get("payload") if call.model.input_shape else None
    if payload and not is_hidden(payload, call.model.input_shape.members[payload]):
        found |= _configured(call, payload)
    return found


def s3_answer(answered: Answered) -> Json | None:
    """Return what came back, of a call that changed something."""
    found = {name: answered.headers[name] for name in _ANSWERED if name in answered.headers}
    return found or None


def s3_more(call: Heard, answered: Answered, received: int) -> Json:
    """Return what records of S3 say beside."""
    sent = 0 if call.model.name == "HeadObject" else len(answered.body)
    return {
        "SignatureVersion": "SigV4",
        "CipherSuite": "TLS_AES_128_GCM_SHA256",
        "bytesTransferredIn": received,
        "AuthenticationMethod": "AuthHeader",
        "x-amz-id-2": answered.headers.get("x-amz-id-2", ""),
        "bytesTransferredOut": sent,
    }


def copy_source(call: Heard) -> str | None:
    """Return bucket and key of what a call copies, None where it copies nothing."""
    held = call.parameters.get("CopySource")
    return unquote(str(held)).lstrip("/").partition("?")[0] if held else None


def s3_resources(call: Heard, owner: str, source_owner: str | None) -> list[Json]:
    """Return the bucket and, of calls on an object, the object; of a copy, the same of what is copied."""
    bucket, key = call.parameters.get("Bucket"), call.parameters.get("Key")
    if not bucket:
        return []
    arn = f"arn:aws:s3:::{bucket}"
    found: list[Json] = [{"accountId": owner, "type": "AWS::S3::Bucket", "ARN": arn}]
    if key:
        found = [{"type": "AWS::S3::Object", "ARN": f"{arn}/{key}"}, *found]
    source = copy_source(call)
    if source:
        bucket_arn = f"arn:aws:s3:::{source.partition('/')[0]}"
        found += [
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::{source}"},
            {"accountId": source_owner, "type": "AWS::S3::Bucket", "ARN": bucket_arn},
        ]
    return found


def _host(bucket: Any, region: str) -> str:
    return f"{bucket}.s3.{region}.amazonaws.com"


def _configured(call: Heard, payload: str) -> Json:
    """Return the document that a call puts: a policy as JSON, others by the names of their elements."""
    value = call.parameters.get(payload)
    if payload == "Policy":
        return {"bucketPolicy": json.loads(value)} if isinstance(value, str | bytes) else {}
    if not isinstance(value, dict):
        return {}
    shape = call.model.input_shape.members[payload]
    return {str(shape.serialization.get("name", payload)): _elements(shape, value)}


def _elements(shape: Any, value: Any) -> Any:
    if isinstance(value, dict) and shape.type_name == "structure":
        return {
            str(shape.members[name].serialization.get("name", name)): _elements(shape.members[name], each)
            for name, each in value.items()
            if name in shape.members
        }
    if isinstance(value, list):
        rows = [_elements(shape.member, each) for each in value]
        inner = shape.member.serialization.get("name")
        held = rows[0] if len(rows) == 1 else rows
        return held if shape.serialization.get("flattened") or inner is None else {str(inner): held}
    return scalar(value, "words")
