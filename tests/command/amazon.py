"""An Amazon for a test: moto behind the recording proxy, and what the command needs to reach it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from command.emulator import emulator
from command.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-west-1"
OWN = "123456789012"  # moto's account for whoever has no other
_KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "example"}


@dataclass(frozen=True)
class Amazon:
    """Where moto is reached directly, and through the proxy."""

    direct: str
    url: str
    proxy: Proxy

    @property
    def where(self) -> dict[str, str]:
        """Return the variables by which the command comes through the proxy."""
        keys = {name.upper(): value for name, value in _KEYS.items()}
        return keys | {"AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": self.url}

    def client(self, service: str, account: str = OWN) -> Any:
        """Return a client that sets things up in an account, past the proxy."""
        keys = dict(_KEYS)
        if account != OWN:
            sts = boto3.client("sts", endpoint_url=self.direct, region_name=REGION, **keys)
            role = f"arn:aws:iam::{account}:role/maker"
            held = sts.assume_role(RoleArn=role, RoleSessionName="maker")["Credentials"]
            keys = {"aws_access_key_id": held["AccessKeyId"], "aws_secret_access_key": held["SecretAccessKey"]}
            keys["aws_session_token"] = held["SessionToken"]
        return boto3.client(service, endpoint_url=self.direct, region_name=REGION, **keys)


@contextmanager
def amazon() -> Iterator[Amazon]:
    """Start both on free ports, empty, and end them with the block."""
    with emulator() as direct:
        proxy = Proxy(direct)
        try:
            yield Amazon(direct, proxy.start(), proxy)
        finally:
            proxy.released.set()
            proxy.server.shutdown()
