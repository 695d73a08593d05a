"""A recording proxy between the command and a cloud: it sees every call, and drops a call or its answer if told to."""

from __future__ import annotations

import http.client
import json
import re
import threading
import urllib.parse
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

READS = re.compile(r"(Get|List|Describe|Head|Lookup|Generate)\w*")


@dataclass
class Proxy:
    """Where it listens, and what it saw: service and operation of each call, in order."""

    upstream: str
    calls: list[tuple[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    drop: Callable[[str], str | None] = lambda _: None  # operation → "call" (never forwarded), "reply", or None
    refuse: dict[str, str] = field(default_factory=dict)  # service:operation, as a regex → the code to refuse it with
    dropped: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    denied: set[str] = field(default_factory=set)  # operations that the cloud refuses
    date: str | None = None  # a Date header to give instead of the cloud's
    server: Any = None

    def start(self) -> str:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                proxy.handle(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815 - the library's names

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def changes(self) -> list[str]:
        return [operation for _, operation in self.calls if not READS.fullmatch(operation)]

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        service, operation = named(request, body)
        self.calls.append((service, operation))
        self.agents.add(request.headers.get("User-Agent", ""))
        code = next((code for rule, code in self.refuse.items() if re.fullmatch(rule, f"{service}:{operation}")), None)
        if code is not None:
            refused(request, code)
            return
        what = self.drop(operation)
        if what == "call":
            self.hang(request)
            return
        if operation in self.denied:
            self.answer(request, 400, b'{"__type": "AccessDeniedException", "message": "no"}')
            return
        host = urllib.parse.urlsplit(self.upstream)
        line = http.client.HTTPConnection(host.hostname or "", host.port)
        headers = {name: value for name, value in request.headers.items() if name.lower() != "connection"}
        line.request(request.command, request.path, body, headers)
        answer = line.getresponse()
        data = answer.read()
        if what == "reply":
            self.hang(request)
            return
        request.send_response(answer.status) if self.date is None else request.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"transfer-encoding", "content-length", "connection", "date", "server"}:
                request.send_header(name, value)
        if self.date is not None:
            request.send_header("Date", self.date)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def answer(self, request: BaseHTTPRequestHandler, status: int, data: bytes) -> None:
        request.send_response(status)
        request.send_header("Content-Type", "application/x-amz-json-1.1")
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def hang(self, request: BaseHTTPRequestHandler) -> None:
        """Keep the caller waiting until the test has done with it, and then close the line on it."""
        self.dropped.set()
        self.released.wait(30)
        request.close_connection = True


def refused(request: BaseHTTPRequestHandler, code: str) -> None:
    """Answer as a cloud does that lacks the right; the code is said where JSON and where XML services look for it."""
    if request.headers.get("X-Amz-Target"):
        data = json.dumps({"__type": code, "message": "not allowed"}).encode()
    else:
        error = f"<Error><Code>{code}</Code><Message>not allowed</Message></Error>"
        s3 = "/s3/" in request.headers.get("Authorization", "")
        data = (error if s3 else f"<Response><Errors>{error}</Errors>{error}</Response>").encode()
    request.send_response(403)
    request.send_header("Content-Length", str(len(data)))
    request.end_headers()
    request.wfile.write(data)


def named(request: BaseHTTPRequestHandler, body: bytes) -> tuple[str, str]:
    """Return service and operation, as far as the wire tells them."""
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", request.headers.get("Authorization", ""))
    service = scope.group(1) if scope else "unknown"
    if target := request.headers.get("X-Amz-Target"):
        return service, target.rpartition(".")[2]
    action = urllib.parse.parse_qs(body.decode("latin-1")).get("Action") if body else None
    if action:
        return service, action[0]
    query = urllib.parse.urlsplit(request.path).query.split("=")[0].split("&")[0]
    verb = {"GET": "Get", "HEAD": "Head", "PUT": "Put", "POST": "Post", "DELETE": "Delete"}[request.command]
    return service, f"{verb}{re.sub('[^A-Za-z]', '', query.title())}"


def told(calls: list[dict[str, Any]]) -> list[str]:
    return [json.loads(json.dumps(each))["operation"] for each in calls]
