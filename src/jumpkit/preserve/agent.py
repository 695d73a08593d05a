"""Asks an SSH agent for a signature, so that the secret never comes here (draft-ietf-sshm-ssh-agent); nothing else."""

from __future__ import annotations

import os
import socket
import struct

from jumpkit.kit.errors import Unreachable

_LIST, _LISTED = 11, 12  # SSH_AGENTC_REQUEST_IDENTITIES, SSH_AGENT_IDENTITIES_ANSWER
_SIGN, _SIGNED = 13, 14  # SSH_AGENTC_SIGN_REQUEST, SSH_AGENT_SIGN_RESPONSE
_KIND = b"ssh-ed25519"
_SECONDS = 20
_LARGEST = 1 << 18
_WORD = struct.Struct(">I")


def identities() -> list[tuple[bytes, str]]:
    """Return the raw public key of each Ed25519 key that the agent holds, and its comment.

    Raises:
        Unreachable: no agent answers.

    """
    data = _asked(bytes([_LIST]), _LISTED)
    (count,), rest, found = _WORD.unpack(data[:4]), data[4:], []
    for _ in range(count):
        blob, rest = _taken(rest)
        comment, rest = _taken(rest)
        kind, key = _taken(blob)
        if kind == _KIND:
            found.append((_taken(key)[0], comment.decode("utf-8", "replace")))
    return found


def sign(public: bytes, data: bytes) -> bytes:
    """Return the agent's Ed25519 signature over exactly `data`.

    Raises:
        Unreachable: no agent answers, or it does not hold the key, or does not let it be used.

    """
    blob = _put(_KIND) + _put(public)
    signature, _ = _taken(_asked(bytes([_SIGN]) + _put(blob) + _put(data) + _WORD.pack(0), _SIGNED))
    kind, rest = _taken(signature)
    if kind != _KIND:
        raise _silent("it signed in another way than asked")
    return _taken(rest)[0]


def _asked(message: bytes, answer: int) -> bytes:
    """Return what follows the type of the agent's answer."""
    place = os.environ.get("SSH_AUTH_SOCK")
    if not place:
        raise _silent("SSH_AUTH_SOCK is not set")
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(_SECONDS)
            line.connect(place)
            line.sendall(_put(message))
            (size,) = _WORD.unpack(_read(line, 4))
            if not 0 < size <= _LARGEST:
                raise _silent("its answer is none")
            data = _read(line, size)
    except OSError as caught:
        raise _silent(str(caught)) from caught
    if data[0] != answer:
        raise _silent("it refused: it does not hold the key, or does not let it be used")
    return data[1:]


def _read(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = line.recv(size - len(data))
        if not piece:
            raise OSError("it hung up")
        data += piece
    return data


def _put(data: bytes) -> bytes:
    return _WORD.pack(len(data)) + data


def _taken(data: bytes) -> tuple[bytes, bytes]:
    """Return the first string of `data`, and what follows it."""
    if len(data) < _WORD.size:
        raise _silent("its answer is cut off")
    end = _WORD.size + _WORD.unpack(data[: _WORD.size])[0]
    return data[_WORD.size : end], data[end:]


def _silent(why: str) -> Unreachable:
    hint = "start the agent and add the key (ssh-add FILE); nothing was written"
    return Unreachable(f"the SSH agent that holds the signing key does not sign: {why}", target="ssh-agent", hint=hint)
