"""What the lab's own programs say to its server, beside the cloud's calls; whoever holds the token is believed."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

from jumpkit.kit.errors import Unreachable

TOKEN = "X-Lab-Token"  # noqa: S105 - the name of a header
CLOCK = "X-Lab-Clock"  # seconds that the caller's clock stands off from now
ADDRESS = "X-Forwarded-For"  # whence the call comes
ACCOUNT = "X-Moto-Account-Id"  # in which account the builder stands
RUN = "X-Lab-Run"  # which attack's records this call belongs to; absent: recorded for the lab at large
STEP = "X-Lab-Step"  # which step of the attack; absent: ordinary life
SERVICE = "X-Lab-Service"  # the provider's own service that makes the call
DENY = "X-Lab-Deny"  # refused for want of rights: the emulator has no eye for policies
QUIET = "X-Lab-Quiet"  # not recorded: the estate was there before the logs begin
PREFIX = "/_lab/"


@dataclass(frozen=True, slots=True)
class Line:
    """The way to a lab's server."""

    port: int
    token: str = field(repr=False)

    @property
    def url(self) -> str:
        """Return the endpoint."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, what: str, body: Any = None, *, wait: float = 30.0) -> Any:
        """Return the server's answer.

        Raises:
            Unreachable: nobody who knows the token answers there.

        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=wait)
        try:
            connection.request(method, PREFIX + what, json.dumps(body), {TOKEN: self.token})
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"the lab does not answer: {error}", target=self.url) from error
        finally:
            connection.close()
        if answer.status != http.client.OK:
            raise Unreachable(f"what answers there is not this lab ({answer.status})", target=self.url)
        return json.loads(text)
