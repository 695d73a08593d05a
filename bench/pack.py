"""Make a pack of 788 rules by varying SigmaHQ's 57 for CloudTrail: other operations, more conditions, other values.

    .venv/bin/python bench/pack.py [--rules 788] [--work build/bench]

The first rules are SigmaHQ's own, unchanged; every further one has its own id, title and question.
"""

from __future__ import annotations

import argparse
import copy
import random
import shutil
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml
from corpus import ROOT, data_folder, real_events

RULES = 788
_EXTRA = (
    ("awsRegion", ("us-east-1", "us-west-2", "eu-central-1", "eu-west-1", "us-east-2")),
    ("userIdentity.type", ("IAMUser", "AssumedRole", "Root", "AWSService", "FederatedUser")),
    ("userAgent|contains", ("terraform", "boto3", "aws-cli", "console", "sdk-go")),
    ("sourceIPAddress|startswith", ("10.20.", "10.21.", "10.22.", "10.23.", "10.24.")),
    ("errorCode|contains", ("Denied", "Unauthorized", "Invalid", "NotFound", "Throttl")),
    ("readOnly", ("true", "false", "true", "false", "true")),
    ("requestParameters.roleName|contains", ("admin", "deploy", "lambda", "prod", "service")),
    ("userIdentity.arn|endswith", ("admin", "root", "deploy", "operator", "user/benjamin")),
)


def sigma_folder() -> Path:
    """Return the folder of SigmaHQ's rules for CloudTrail."""
    return data_folder() / "sigmahq-cloud" / "rules" / "cloud" / "aws" / "cloudtrail"


def operations() -> dict[str, list[str]]:
    """Return the operations that occur in the real events, by event source."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for event in real_events(data_folder()):
        if "eventSource" in event and "eventName" in event:
            found[event["eventSource"]].add(event["eventName"])
    return {source: sorted(names) for source, names in sorted(found.items())}


def _selections(detection: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the maps of a detection that ask for an event name."""
    maps: list[dict[str, Any]] = []
    for name, body in detection.items():
        if name != "condition":
            maps += [part for part in (body if isinstance(body, list) else [body]) if isinstance(part, dict)]
    return [part for part in maps if "eventName" in part]


def _other_operations(rule: dict[str, Any], known: dict[str, list[str]], rng: random.Random) -> bool:
    """Let the rule ask for other operations, of its own service where it names one; false where it names none."""
    asked = _selections(rule["detection"])
    for part in asked:
        source = part.get("eventSource")
        pool = known.get(source, []) if isinstance(source, str) else []
        if len(pool) < 2:  # noqa: PLR2004 - nothing else to ask for
            source = rng.choice([name for name, names in known.items() if len(names) > 20])  # noqa: PLR2004 - services with many operations
            pool = known[source]
            if "eventSource" in part:
                part["eventSource"] = source
        wanted = part["eventName"] if isinstance(part["eventName"], list) else [part["eventName"]]
        chosen = rng.sample(pool, min(len(pool), len(wanted)))
        part["eventName"] = chosen if len(chosen) > 1 else chosen[0]
    return bool(asked)


def vary(rule: dict[str, Any], number: int, known: dict[str, list[str]]) -> dict[str, Any]:
    """Return the rule's variation of this number, its own question under its own id."""
    rng = random.Random(f"pack|{rule['id']}|{number}")  # noqa: S311 - a bench must be repeatable
    varied = copy.deepcopy(rule)
    varied["id"] = str(uuid.uuid5(uuid.UUID(rule["id"]), str(number)))
    varied["title"] = f"{rule['title']} ({number})"
    varied.pop("related", None)
    changed = number % 3 != 0 and _other_operations(varied, known, rng)
    if not changed or number % 3 == 2:  # noqa: PLR2004 - a third gets both
        field, values = _EXTRA[(number + rng.randrange(2)) % len(_EXTRA)]
        detection = varied["detection"]
        detection["narrower"] = {field: values[number % len(values)]}
        joint = "and not" if number % 4 == 0 else "and"
        detection["condition"] = f"({detection['condition']}) {joint} narrower"
    return varied


def make_pack(work: Path, rules: int = RULES) -> Path:
    """Return the folder of a pack of `rules` rules."""
    folder = work / f"rules-{rules}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    own = sorted(sigma_folder().glob("*.yml"))
    known = operations()
    loaded = [yaml.safe_load(file.read_text("utf-8")) for file in own]
    for number in range(rules):
        file, rule = own[number % len(own)], loaded[number % len(own)]
        turn = number // len(own)
        text = file.read_text("utf-8") if turn == 0 else yaml.safe_dump(vary(rule, turn, known), sort_keys=False)
        (folder / f"{turn:02d}_{file.name}").write_text(text, "utf-8")
    return folder


def main() -> None:
    """Make the pack that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, default=RULES)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    asked = parser.parse_args()
    print(make_pack(asked.work, asked.rules))


if __name__ == "__main__":
    main()
