"""A secret that a function rotates; the emulator would run that function in a container."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from command.clouds import Clients, Staged
from command.states import State

if TYPE_CHECKING:
    from jumpkit.model.action import Call

STATE = State()


def stage(clients: Clients) -> Staged:
    del clients
    name = f"shop/db-{secrets.token_hex(4)}"
    STATE.of(name)["versions"] = {"0" * 32: ["AWSCURRENT"]}
    return Staged(name)


def model(call: Call) -> dict[str, Any] | None:
    if call.service != "secretsmanager":
        return None
    versions = STATE.of(call.parameters["SecretId"])["versions"]
    if call.operation == "RotateSecret":
        for names in versions.values():
            names[:] = ["AWSPREVIOUS"]
        versions[call.parameters["ClientRequestToken"]] = ["AWSCURRENT"]
        return {"VersionId": call.parameters["ClientRequestToken"]}
    return {
        "VersionIdsToStages": versions,
        "RotationLambdaARN": "arn:aws:lambda:us-east-1:123456789012:function:rotate",
    }
