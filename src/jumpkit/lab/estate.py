"""The estate that the lab plays in: accounts, people, roles and things, from a file and a seed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from jumpkit.lab.fill import Words
from jumpkit.lab.mint import Mint

if TYPE_CHECKING:
    from jumpkit.lab.record import Json


@dataclass(frozen=True, slots=True)
class World:
    """What stays the same through a scenario: the estate file, and the unique ids that the seed gave it."""

    seed: str
    accounts: dict[str, str]  # short name -> account id
    people: dict[str, Json]
    users: dict[str, str]  # IAM user -> short name of its account
    lists: dict[str, list[str]]
    fixed: dict[str, str]

    def unique(self, kind: str, *parts: str) -> str:
        """Return the id that a thing of the estate has throughout: aroa, aida, akia by its owner's name."""
        return Mint.of(self.seed, kind, *parts).make(kind)

    def words(self, mint: Mint) -> Words:
        """Return what placeholders stand for in one story."""
        return Words(mint, self.fixed, self.lists)


def scenario(*path: str) -> Any:
    """Return a scenario file of the package, parsed."""
    return yaml.safe_load(files("jumpkit.content").joinpath("scenarios", *path).read_text("utf-8"))


def stories(folder: str) -> dict[str, Json]:
    """Return every story file of a folder of scenarios, by its name."""
    found = files("jumpkit.content").joinpath("scenarios", folder).iterdir()
    names = sorted(entry.name for entry in found if entry.name.endswith(".yaml"))
    return {name.removesuffix(".yaml"): scenario(folder, name) for name in names}


def load_world(seed: int) -> World:
    """Return the lab's estate for a seed."""
    estate = scenario("estate.yaml")
    accounts: dict[str, str] = estate["accounts"]
    fixed = {f"account:{name}": uid for name, uid in accounts.items()} | estate["fixed"]
    world = World(str(seed), accounts, estate["people"], estate["users"], estate["lists"], fixed)
    for user, home in world.users.items():
        fixed[f"key_of:{user}"] = world.unique("akia", accounts[home], user)
    return world
