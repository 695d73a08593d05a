"""Hands one message to one channel, once, and says what became of it: sent, failed or unknown."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import smtplib
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jumpkit.kit.errors import BadUsage, Unreachable
from jumpkit.notify.address import public_address
from jumpkit.notify.outside import by_apprise

if TYPE_CHECKING:
    from jumpkit.notify.channel import Channel

SENT, FAILED, UNKNOWN = "sent", "failed", "unknown"
_SECONDS = 20
_PORTS = {"smtp": 587, "smtps": 465, "http": 80, "https": 443}
_OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message, and what the other side said."""

    state: str
    receipt: str | None
    because: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: its id is the same at every try, so that the other side can tell a repetition."""

    id: str
    subject: str
    body: str
    tlp: str
    case: str
    sent: str  # RFC 3339


def deliver(letter: Letter, channel: Channel) -> Delivery:
    """Try once, and return what became of it; only what must not be tried at all is raised.

    Raises:
        Refused: the address is none that may be reached.
        BadUsage: a secret that the channel names is not there, or an extra is missing.

    """
    if channel.kind == "apprise":
        return Delivery(*by_apprise(channel, f"[TLP:{letter.tlp.upper()}] {letter.subject}", letter.body))
    port = urlsplit(channel.url).port or _PORTS[urlsplit(channel.url).scheme]
    host = str(urlsplit(channel.url).hostname)
    try:
        address = public_address(host, port, private=channel.private)
    except Unreachable as caught:
        return Delivery(FAILED, None, caught.message)
    way = _mail if channel.kind == "smtp" else _webhook
    return way(letter, channel, (host, address, port))


def _secret(name: str | None, channel: Channel) -> str | None:
    if name is None:
        return None
    if name not in os.environ:
        raise BadUsage(f"the environment has no {name}", target=f"channels.{channel.name}")
    return os.environ[name]


def _mail(letter: Letter, channel: Channel, place: tuple[str, str, int]) -> Delivery:
    host, address, port = place
    password = _secret(channel.password_env, channel)
    message = EmailMessage()
    message["From"], message["To"] = channel.sender, ", ".join(channel.to)
    message["Subject"] = " ".join(f"[TLP:{letter.tlp.upper()}] {letter.subject}".split())
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(idstring=letter.id, domain="jumpkit.invalid")
    message.set_content(letter.body)
    handed_over = False
    try:
        with _opened(channel, address, port, host) as server:
            if channel.user and password is not None:
                server.login(channel.user, password)
            handed_over = True
            refused = server.send_message(message)
    except smtplib.SMTPResponseException as caught:
        return Delivery(FAILED, None, f"the server answered {caught.smtp_code} {_text(caught.smtp_error)}")
    except smtplib.SMTPRecipientsRefused as caught:
        return Delivery(FAILED, None, f"every address was refused: {', '.join(caught.recipients)}")
    except (OSError, smtplib.SMTPException) as caught:
        return Delivery(UNKNOWN if handed_over else FAILED, None, f"{type(caught).__name__}: {caught}")
    if refused:
        return Delivery(FAILED, str(message["Message-ID"]), f"refused for {', '.join(refused)}; the others have it")
    return Delivery(SENT, str(message["Message-ID"]), None)


def _opened(channel: Channel, address: str, port: int, host: str) -> smtplib.SMTP:
    """Return a connection to the very address that was checked, encrypted in the name that was asked for."""
    context = ssl.create_default_context()
    if urlsplit(channel.url).scheme == "smtps":
        plain = socket.create_connection((address, port), _SECONDS)
        server = smtplib.SMTP(timeout=_SECONDS)
        server.sock = context.wrap_socket(plain, server_hostname=host)
        server.file = None
        code, said = server.getreply()
        if code != 220:  # noqa: PLR2004 - SMTP's word for ready
            raise smtplib.SMTPConnectError(code, said)
        return server
    server = smtplib.SMTP(address, port, timeout=_SECONDS)
    if channel.starttls:
        server._host = host  # type: ignore[attr-defined]  # noqa: SLF001 - whose certificate it must be; no other way
        server.starttls(context=context)
    return server


def _webhook(letter: Letter, channel: Channel, place: tuple[str, str, int]) -> Delivery:
    host, address, port = place
    secret = _secret(channel.secret_env, channel)
    told = {
        "id": letter.id,
        "case": letter.case,
        "tlp": letter.tlp.upper(),
        "subject": letter.subject,
        "body": letter.body,
    }
    data = json.dumps({**told, "sent": letter.sent}, sort_keys=True).encode()
    headers = {"Content-Type": "application/json", "Host": host if ":" not in host else f"[{host}]"}
    headers["Idempotency-Key"] = letter.id
    if secret is not None:
        headers["X-Jumpkit-Signature"] = f"sha256={hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()}"
    parts = urlsplit(channel.url)
    connection = _connected(parts.scheme, host, address, port)
    asked = False
    try:
        connection.connect()
        asked = True
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else "") or "/", data, headers)
        answer = connection.getresponse()
        answer.read(1 << 16)
    except (OSError, http.client.HTTPException) as caught:
        return Delivery(UNKNOWN if asked else FAILED, None, f"{type(caught).__name__}: {caught}")
    finally:
        connection.close()
    if answer.status in _OK:
        return Delivery(SENT, f"HTTP {answer.status}", None)
    return Delivery(FAILED, None, f"the other side answered {answer.status} {answer.reason}")


def _connected(scheme: str, host: str, address: str, port: int) -> http.client.HTTPConnection:
    """Return a connection that will speak to the very address that was checked; redirects are not followed."""
    if scheme == "http":
        return http.client.HTTPConnection(address, port, timeout=_SECONDS)
    connection = http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=ssl.create_default_context())
    connection._create_connection = lambda _where, *rest: socket.create_connection((address, port), *rest)  # type: ignore[attr-defined]  # noqa: SLF001 - the name is for the certificate, the address for the wire
    return connection


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
