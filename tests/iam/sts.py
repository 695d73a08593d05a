"""A token service that asks our evaluator whether a role's trust lets the caller in: emulators do not look at it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from iam.build import ALL

from jumpkit.respond.policy.decide import Verdict, decide
from jumpkit.respond.policy.document import read
from jumpkit.respond.policy.layers import Policies
from jumpkit.respond.policy.request import Request, identify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OK = '<{0}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{0}Result>{1}</{0}Result></{0}Response>'
NO = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>"
KEYS = "<Credentials>" + "".join(f"<{name}>x</{name}>" for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))


@contextmanager
def tokens(caller: str, issuer: str, trusts: Mapping[str, Any]) -> Iterator[str]:
    """Serve AssumeRole and GetCallerIdentity for one caller; `trusts` are trust policies by role ARN."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = {
                key: value[0]
                for key, value in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
            }
            code, text = answer(said, caller, issuer, trusts)
            self.send_response(code)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *said: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def answer(said: dict[str, str], caller: str, issuer: str, trusts: Mapping[str, Any]) -> tuple[int, str]:
    account = caller.split(":")[4]
    if said["Action"] == "GetCallerIdentity":
        told = f"<Arn>{caller}</Arn><UserId>AROA:x</UserId><Account>{account}</Account>"
        return 200, OK.format(said["Action"], told)
    role = said["RoleArn"]
    tags = {
        value: said[key.replace("Key", "Value")]
        for key, value in said.items()
        if key.startswith("Tags.member") and key.endswith("Key")
    }
    context: dict[str, Any] = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    context |= {"aws:TagKeys": tuple(tags) or None}
    named = {"sts:ExternalId": said.get("ExternalId"), "sts:RoleSessionName": said["RoleSessionName"]}
    asked = [("sts:AssumeRole", context | named), *([("sts:TagSession", context)] if tags else [])]
    if role not in trusts or not all(
        lets(trusts[role], role, action, each, identify(caller, issuer=issuer)) for action, each in asked
    ):
        return 403, NO
    there, name = role.split(":")[4], role.rpartition("/")[2]
    became = f"arn:aws:sts::{there}:assumed-role/{name}/{said['RoleSessionName']}"
    keys = f"{KEYS}<Expiration>2030-01-01T00:00:00Z</Expiration></Credentials>"
    user = f"<AssumedRoleUser><AssumedRoleId>AROA:x</AssumedRoleId><Arn>{became}</Arn></AssumedRoleUser>"
    return 200, OK.format(said["Action"], keys + user)


def lets(trust: Any, role: str, action: str, context: dict[str, Any], who: Any) -> bool:
    trusting = Policies((ALL,), (), (), (read("trust", trust),), (), (), managing=False)
    call = Request(who, action, role, role.split(":")[4], context, closed=True)
    return decide(trusting, call).verdict == Verdict.ALLOW
