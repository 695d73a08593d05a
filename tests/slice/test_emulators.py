"""What the emulator that the tests rest on can be trusted for, and that it is told apart from what it only pretends."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
from command.clouds import KEYS
from command.emulator import emulator
from command.run import jumpkit

SCHEMA = Path(__file__).resolve().parents[2] / "src" / "jumpkit" / "content" / "schemas" / "emulators.json"


def test_what_moto_is_trusted_for(tmp_path: Path) -> None:
    with emulator() as at:
        told = {**KEYS, "AWS_ENDPOINT_URL": at, "AWS_MAX_ATTEMPTS": "1"}
        body = jumpkit(tmp_path / "home", "emulators", "check", "--json", code=1, **told).one()
    jsonschema.validate(body, json.loads(SCHEMA.read_text()))
    held = {each["name"]: each["held"] for each in body["claims"]}
    assert held["protected_instance"] is True, "actions that protect are proven on it"
    assert held["inactive_key"] is False, "it takes a key that is inactive: nothing is proven by its doing so"
    assert held["disabled_kms_key"] is False
    assert held["several_interfaces"] is False
    assert held["event_history"] is not True


def test_never_on_the_provider_itself(tmp_path: Path) -> None:
    for endpoint in ("https://ec2.eu-west-1.amazonaws.com", "http://192.0.2.1:5000", ""):
        told = {**KEYS, **({"AWS_ENDPOINT_URL": endpoint} if endpoint else {})}
        error = jumpkit(tmp_path / "home", "emulators", "check", "--json", code=4, **told).one()["error"]
        assert error["kind"] == "refused"
