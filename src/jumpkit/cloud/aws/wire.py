"""Calls to one endpoint in the name of whoever's keys are handed in, with headers of the caller's choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.cloud.aws.calls import spelled
from jumpkit.cloud.aws.door import told
from jumpkit.kit.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.action import Call

_NO_RETRIES = {"total_max_attempts": 1}


@dataclass(frozen=True, slots=True)
class Keys:
    """The credentials of one principal."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


class Wire:
    """Clients of one endpoint, made once for each service, region and principal; one thread's at a time."""

    def __init__(self, endpoint_url: str) -> None:
        """Remember the endpoint; MissingExtra without boto3."""
        try:
            import botocore.session  # noqa: PLC0415 - only who calls Amazon pays for loading its SDK
        except ImportError as error:
            raise MissingExtra(
                "a lab needs the extra `lab`", target="boto3", hint="pip install 'jumpkit[lab]'"
            ) from error
        self._session = botocore.session.get_session()
        self._endpoint = endpoint_url
        self._clients: dict[tuple[str, str, Keys], Any] = {}
        self._headers: Mapping[str, str] = {}

    def call(self, keys: Keys, call: Call, headers: Mapping[str, str]) -> dict[str, Any]:
        """Make one call, which names its region, and return its answer; bodies that stream are read.

        Raises:
            ProviderError: the endpoint refused or did not do it.

        """
        from botocore import xform_name  # noqa: PLC0415 - as in __init__

        self._headers = headers
        with told(f"{call.service}:{call.operation}"):
            client = self._client(keys, call.service, str(call.region))
            answer: dict[str, Any] = getattr(client, xform_name(call.operation))(**spelled(client, call))
            return {name: value.read() if hasattr(value, "read") else value for name, value in answer.items()}

    def _client(self, keys: Keys, service: str, region: str) -> Any:
        known = self._clients.get((service, region, keys))
        if known is not None:
            return known
        from botocore.config import Config  # noqa: PLC0415 - as in __init__

        client = self._session.create_client(
            service,
            region_name=region,
            endpoint_url=self._endpoint,
            aws_access_key_id=keys.access_key_id,
            aws_secret_access_key=keys.secret_access_key,
            aws_session_token=keys.session_token,
            config=Config(retries=_NO_RETRIES, connect_timeout=5, read_timeout=60, proxies={}),
        )
        client.meta.events.register("before-send", self._dress)
        self._clients[service, region, keys] = client
        return client

    def _dress(self, request: Any, **_: Any) -> None:
        """Put the headers of the call at hand onto a request that is about to leave."""
        for name, value in self._headers.items():
            request.headers[name] = value
