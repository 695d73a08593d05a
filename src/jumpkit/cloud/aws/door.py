"""Opens Amazon's SDK at the first call and translates its errors, once, into ours."""

from __future__ import annotations

import functools
import hashlib
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from jumpkit.cloud.aws.answers import translated
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, Denied, MissingExtra, ProviderError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator


_OPENING = threading.Lock()  # boto3 makes clients for one thread at a time


@dataclass(frozen=True, slots=True)
class Access:
    """Whose rights are used; what is not said comes from Amazon's usual variables and profiles."""

    profile: str | None = None
    region: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    keys: tuple[str, str] | None = field(default=None, repr=False)  # a key and its secret, instead of any of these


@dataclass(frozen=True, slots=True)
class Manner:
    """How calls are sent: whether the SDK may send one again by itself, and what the user agent says beside its own."""

    again: bool = True
    agent: str | None = None


def client(service: str, access: Access, manner: Manner | None = None) -> Any:
    """Return a client of this process for `service`; MissingExtra without boto3, Denied without credentials."""
    return _client(service, access, manner or Manner(), _where())


def expiry(access: Access) -> str | None:
    """Return when these credentials end, RFC 3339; None where they do not, or nobody says."""
    boto3, _ = _sdk()
    with told("credentials"):
        held = boto3.Session(profile_name=access.profile, region_name=access.region).get_credentials()
    ends = getattr(held, "_expiry_time", None)
    return stamp(ends) if ends is not None else None


@contextmanager
def told(target: str) -> Iterator[None]:
    """Turn what the SDK raises inside into Denied, NotFound, Drifted, Unreadable, Unreachable or ProviderError."""
    _, exceptions = _sdk()
    try:
        yield
    except exceptions.ClientError as error:
        raise translated(error.response, target) from error
    except (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
    ) as error:
        hint = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        raise Denied(f"no usable credentials: {error}", target=target, hint=hint) from error
    except (exceptions.ProfileNotFound, exceptions.ParamValidationError, exceptions.NoRegionError) as error:
        raise BadUsage(" ".join(str(error).split()), target=target) from error
    except _parsers().ResponseParserError as error:
        said = str(error).partition("\n")[0]  # what follows is the answer itself, secrets and all
        raise ProviderError(f"Amazon's answer cannot be understood: {said}", target=target) from error
    except exceptions.BotoCoreError as error:
        hint = "check the network, AWS_ENDPOINT_URL and the proxy; the same command continues"
        raise Unreachable(f"Amazon did not answer: {error}", target=target, hint=hint) from error


def _parsers() -> Any:
    import botocore.parsers  # noqa: PLC0415 - as in _sdk

    return botocore.parsers


def _sdk() -> tuple[Any, Any]:
    try:
        import boto3  # noqa: PLC0415 - only who reads from Amazon pays for loading its SDK
        import botocore.exceptions  # noqa: PLC0415 - as above
    except ImportError as error:
        raise MissingExtra("Amazon needs the extra `aws`", target="boto3", hint="pip install 'jumpkit[aws]'") from error
    return boto3, botocore.exceptions


def _where() -> str:
    """Return what tells this process and its settings from others: a child shares no connections, nor another key."""
    told = sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_"))
    return f"{os.getpid()}-{hashlib.sha256(repr(told).encode()).hexdigest()}"


@functools.lru_cache(maxsize=64)
def _client(service: str, access: Access, manner: Manner, where: str) -> Any:
    from botocore.config import Config  # noqa: PLC0415 - as in _sdk

    with _OPENING, told(service):
        session = _session(replace(access, region=None), where)
        retries = {"mode": "standard", "total_max_attempts": 8 if manner.again else 1}
        config = Config(retries=retries, connect_timeout=10, read_timeout=60, user_agent_extra=manner.agent)
        region = access.region or session.region_name or "us-east-1"
        return session.client(service, region_name=region, config=config)


@functools.lru_cache(maxsize=64)
def _session(access: Access, where: str) -> Any:  # noqa: ARG001 - another place has connections of its own
    """Return the session of somebody's rights: one for all services and regions, so that a role is assumed once."""
    boto3, _ = _sdk()
    key, secret = access.keys or (None, None)
    session = boto3.Session(key, secret, profile_name=access.profile)
    return session if access.role_arn is None else _assumed(boto3, session, access)


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
