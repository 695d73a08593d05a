"""What Amazon's refusals mean, said once in our own errors; not for calling it."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import Any

from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import (
    Denied,
    Drifted,
    JumpkitError,
    NotFound,
    ProviderError,
    Throttled,
    Unreachable,
    Unreadable,
)

DENIED = re.compile(
    r"KMS\..*|AccessDenied(Exception)?|AllAccessDisabled|AccountProblem|AuthorizationHeaderMalformed|401|403"
    r"|(Expired|Invalid)Token(Exception|Id)?|Invalid(AccessKey|ClientToken)Id|SignatureDoesNotMatch|RequestTimeTooSkewed"
    r"|UnauthorizedOperation|UnauthorizedException|UnrecognizedClientException|OptInRequired|AuthFailure"
)
ABSENT = re.compile(
    r"NoSuch\w+|\w+NotFound(Exception|Fault|Error)?|NotFound(Exception)?|404|Invalid\w+\.NotFound|ResourceNotFound\w*"
    r"|\w+DoesNotExist(Exception)?|Invalid\w+I[Dd]\.(NotFound|Malformed)|ReplicationConfigurationNotFoundError"
)
CHANGED = re.compile(r"PreconditionFailed|412")
THROTTLED = re.compile(
    r"SlowDown|Throttl\w+|RequestLimitExceeded|TooManyRequests(Exception)?|RequestThrottled(Exception)?"
)
ARCHIVED = re.compile(r"InvalidObjectState")
BUSY = re.compile(r"ServiceUnavailable(Exception)?|Internal(Error|Failure|ServerError|ServerException)|500|503")

_RIGHTS = "grant the rights that the action names, or to list and get the objects, and kms:Decrypt on their key"

# What a code means: the first pattern that fits decides.
_MEANT: tuple[tuple[re.Pattern[str], type[JumpkitError], str, str | None], ...] = (
    (THROTTLED, Throttled, "Amazon is busy and stayed so: {said}", "run again later"),
    (DENIED, Denied, "Amazon refused: {said}", _RIGHTS),
    (ABSENT, NotFound, "Amazon has no such thing: {said}", None),
    (CHANGED, Drifted, "the object changed after it was listed", "run again to list it anew"),
    (ARCHIVED, Unreadable, "the object lies in an archive class of S3", "restore it first"),
    (BUSY, Unreachable, "Amazon is busy and stayed so: {said}", "run again later"),
)


def translated(response: dict[str, Any], target: str) -> JumpkitError:
    """Return the error that a refusal is; ProviderErrors keep the provider's code, request id and clock."""
    code = str(response.get("Error", {}).get("Code", ""))
    error = _error(code, f"{code}: {response.get('Error', {}).get('Message', '')}", target)
    if isinstance(error, ProviderError | NotFound):
        error.code = code
    if isinstance(error, ProviderError):
        error.request_id, error.date = told_by(response)
    return error


def told_by(response: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the request id of an answer and the moment that its Date header names."""
    about = response.get("ResponseMetadata", {})
    date = about.get("HTTPHeaders", {}).get("date")
    return about.get("RequestId"), stamp(parsedate_to_datetime(date)) if date else None


def _error(code: str, said: str, target: str) -> JumpkitError:
    for pattern, kind, words, hint in _MEANT:
        if pattern.fullmatch(code):
            return kind(words.format(said=said), target=target, hint=hint)
    return ProviderError(f"Amazon answered {said}", target=target)
