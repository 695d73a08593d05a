"""How the provider refuses a caller whom it does not know, in the words of each of its protocols."""

from __future__ import annotations

import json

_UNKNOWN = "The security token included in the request is invalid."
_EXPIRED = "The security token included in the request is expired"
Answer = tuple[str, str, bytes]  # status line, content type, body


def refusal(service: str, content_type: str, *, expired: bool) -> Answer:
    """Return the answer to a call with a key that is unknown, inactive or (of a session) expired."""
    message = _EXPIRED if expired else _UNKNOWN
    if service == "s3":
        code = "ExpiredToken" if expired else "InvalidAccessKeyId"
        return (
            "403 Forbidden",
            "application/xml",
            f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode(),
        )
    if service == "ec2":
        code = "RequestExpired" if expired else "AuthFailure"
        body = f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"
        return "401 Unauthorized", "text/xml", body.encode()
    if content_type.startswith("application/x-www-form-urlencoded"):
        code = "ExpiredToken" if expired else "InvalidClientTokenId"
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        return "403 Forbidden", "text/xml", f"<ErrorResponse>{error}</ErrorResponse>".encode()
    code = "ExpiredTokenException" if expired else "UnrecognizedClientException"
    return "400 Bad Request", "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message}).encode()
