"""How the provider refuses, in the words of each of its protocols: a key worth nothing, a right not held."""

from __future__ import annotations

import json
from typing import Literal

from jumpkit.lab.live.hearing import Answered

Reason = Literal["unknown", "expired", "denied", "absent"]

_SAID = {
    "unknown": "The security token included in the request is invalid.",
    "expired": "The security token included in the request is expired",
    "denied": "User is not authorized to perform this operation because no identity-based policy allows it",
    "absent": "This lab has no such service",
}
_CODES = {
    "s3": {
        "unknown": "InvalidAccessKeyId",
        "expired": "ExpiredToken",
        "denied": "AccessDenied",
        "absent": "NotImplemented",
    },
    "ec2": {
        "unknown": "AuthFailure",
        "expired": "RequestExpired",
        "denied": "UnauthorizedOperation",
        "absent": "UnsupportedOperation",
    },
    "query": {
        "unknown": "InvalidClientTokenId",
        "expired": "ExpiredToken",
        "denied": "AccessDenied",
        "absent": "InvalidAction",
    },
    "json": {
        "unknown": "UnrecognizedClientException",
        "expired": "ExpiredTokenException",
        "denied": "AccessDeniedException",
        "absent": "UnknownOperationException",
    },
}


def refusal(service: str, content_type: str, reason: Reason, request_id: str) -> Answered:
    """Return the provider's answer to a call that it refuses."""
    spoken = service if service in {"s3", "ec2"} else "json"
    if spoken == "json" and content_type.startswith("application/x-www-form-urlencoded"):
        spoken = "query"
    code, message = _CODES[spoken][reason], _SAID[reason]
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    if spoken == "s3":
        error = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{request_id}</RequestId></Error>"
        return _answer(403, "application/xml", error, request_id)
    if spoken == "ec2":
        body = f"<Response><Errors>{error}</Errors><RequestID>{request_id}</RequestID></Response>"
        return _answer(403 if reason == "denied" else 401, "text/xml", body, request_id)
    if spoken == "query":
        body = f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>"
        return _answer(403, "text/xml", body, request_id)
    return _answer(400, "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message}), request_id)


def _answer(status: int, kind: str, text: str, request_id: str) -> Answered:
    body = text.encode()
    headers = {"content-type": kind, "content-length": str(len(body)), "x-amzn-requestid": request_id}
    return Answered(status, headers, body)
