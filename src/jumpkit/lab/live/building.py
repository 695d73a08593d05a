"""Builds the estate of the live lab, section by section, as its file says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.lab.estate import scenario
from jumpkit.lab.fill import Words
from jumpkit.lab.live.staging import Moment, Stage, perform
from jumpkit.lab.mint import Mint

if TYPE_CHECKING:
    from jumpkit.lab.live.staging import Send

MANAGEMENT = "123456789012"  # where the emulator begins
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Estate:
    """What was built: the region, the accounts by name, and every name that later steps may use."""

    region: str
    accounts: dict[str, str]
    names: dict[str, str] = field(repr=False)  # keys of users are among them

    def told(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"region": self.region, "accounts": self.accounts, "names": self.names}

    def key_of(self, name: str) -> tuple[str, str]:
        """Return access key id and secret of one of its principals."""
        return self.names[f"key:{name}"], self.names[f"secret:{name}"]


def build(send: Send, token: str, seed: object) -> Estate:
    """Make the calls of the estate's file, unrecorded and long ago.

    Raises:
        ProviderError: the emulator does not do what the file asks.

    """
    plan = scenario("live", "estate.yaml")
    words = Words(Mint.of("live", seed), plan["fixed"], plan["lists"], {"account:management": MANAGEMENT})
    stage = Stage(send, token, words)
    moment = Moment(-_DAY * plan["age"], quiet=True)
    for section in plan["sections"]:
        builder = stage.builder(section["account"])
        for step in section["steps"]:
            perform(stage, builder, step, section.get("region", plan["region"]), moment)
    named = words.named
    accounts = {name.removeprefix("account:"): uid for name, uid in named.items() if name.startswith("account:")}
    return Estate(plan["region"], accounts, named)
