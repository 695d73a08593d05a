"""Opens Amazon's SDK at the first call and translates its errors, once, into ours."""

from __future__ import annotations

import functools
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import BadUsage, Denied, Drifted, MissingExtra, NotFound, ProviderError, Unreachable, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

DENIED = re.compile(
    r"KMS\..*|AccessDenied(Exception)?|AllAccessDisabled|AccountProblem|AuthorizationHeaderMalformed|401|403"
    r"|(Expired|Invalid)Token(Exception|Id)?|Invalid(AccessKey|ClientToken)Id|SignatureDoesNotMatch|RequestTimeTooSkewed"
    r"|UnauthorizedOperation|UnrecognizedClientException"
)
ABSENT = frozenset({"NoSuchBucket", "NoSuchKey", "NoSuchVersion", "404"})
CHANGED = frozenset({"PreconditionFailed", "412"})
BUSY = re.compile(r"SlowDown|Throttling(Exception)?|RequestLimitExceeded|ServiceUnavailable|InternalError|500|503")


@dataclass(frozen=True, slots=True)
class Access:
    """Whose rights are used; what is not said comes from Amazon's usual variables and profiles."""

    profile: str | None = None
    region: str | None = None
    role_arn: str | None = None
    external_id: str | None = None


def client(service: str, access: Access) -> Any:
    """Return a client of this process for `service`; MissingExtra without boto3, Denied without credentials."""
    return _client(service, access, os.getpid())


@contextmanager
def told(target: str) -> Iterator[None]:
    """Turn what the SDK raises inside into Denied, NotFound, Drifted, Unreadable, Unreachable or ProviderError."""
    _, exceptions = _sdk()
    try:
        yield
    except exceptions.ClientError as error:
        raise _translated(error.response, target) from error
    except (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
    ) as error:
        hint = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        raise Denied(f"no usable credentials: {error}", target=target, hint=hint) from error
    except (exceptions.ProfileNotFound, exceptions.ParamValidationError, exceptions.NoRegionError) as error:
        raise BadUsage(str(error), target=target) from error
    except exceptions.BotoCoreError as error:
        hint = "check the network, AWS_ENDPOINT_URL and the proxy; the same command continues"
        raise Unreachable(f"Amazon did not answer: {error}", target=target, hint=hint) from error


def _translated(response: dict[str, Any], target: str) -> Exception:
    code = str(response.get("Error", {}).get("Code", ""))
    said = f"{code}: {response.get('Error', {}).get('Message', '')}"
    if DENIED.fullmatch(code):
        hint = "grant the rights to list and get the objects and, where they are encrypted, kms:Decrypt on their key"
        return Denied(f"Amazon refused: {said}", target=target, hint=hint)
    if code in ABSENT:
        return NotFound(f"Amazon has no such thing: {said}", target=target)
    if code in CHANGED:
        return Drifted("the object changed after it was listed", target=target, hint="run again to list it anew")
    if code == "InvalidObjectState":
        return Unreadable("the object lies in an archive class of S3", target=target, hint="restore it first")
    if BUSY.fullmatch(code):
        return Unreachable(f"Amazon is busy and stayed so: {said}", target=target, hint="run again later")
    return ProviderError(f"Amazon answered {said}", target=target)


def _sdk() -> tuple[Any, Any]:
    try:
        import boto3  # noqa: PLC0415 - only who reads from Amazon pays for loading its SDK
        import botocore.exceptions  # noqa: PLC0415 - as above
    except ImportError as error:
        raise MissingExtra(
            "reading s3:// needs the extra `aws`", target="boto3", hint="pip install 'jumpkit[aws]'"
        ) from error
    return boto3, botocore.exceptions


@functools.lru_cache(maxsize=16)
def _client(service: str, access: Access, process: int) -> Any:  # noqa: ARG001 - a child must not share connections
    boto3, _ = _sdk()
    from botocore.config import Config  # noqa: PLC0415 - as in _sdk

    with told(service):
        session = boto3.Session(profile_name=access.profile, region_name=access.region)
        if access.role_arn is not None:
            session = _assumed(boto3, session, access)
        config = Config(retries={"mode": "standard", "max_attempts": 8}, connect_timeout=10, read_timeout=60)
        return session.client(service, region_name=session.region_name or "us-east-1", config=config)


def _assumed(boto3: Any, session: Any, access: Access) -> Any:
    """Return a session in the role, whose credentials renew themselves before they expire."""
    from botocore.credentials import (  # noqa: PLC0415 - as in _sdk
        AssumeRoleCredentialFetcher,
        DeferredRefreshableCredentials,
    )
    from botocore.session import get_session  # noqa: PLC0415 - as in _sdk

    held = session.get_credentials()
    if held is None:
        raise Denied("no credentials to assume the role with", target=access.role_arn, hint="set AWS_PROFILE")
    region = session.region_name or "us-east-1"
    extra = {"RoleSessionName": "jumpkit"} | ({"ExternalId": access.external_id} if access.external_id else {})
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=functools.partial(session._session.create_client, region_name=region),  # noqa: SLF001 - the fetcher wants botocore's own
        source_credentials=held,
        role_arn=access.role_arn,
        extra_args=extra,
    )
    assumed = get_session()
    assumed._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")  # noqa: SLF001 - there is no public way
    return boto3.Session(botocore_session=assumed, region_name=region)
