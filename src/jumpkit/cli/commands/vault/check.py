"""Try whether a store keeps what it promises: versions, locks, refusals; satisfies, weak or fails."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("check", help=__doc__)
@click.argument("target")
@click.option("--profile", help="Profile of the AWS configuration.")
@click.option("--role-arn", help="Role to assume first.")
@shared_options
def command(shared: Shared, target: str, profile: str | None, role_arn: str | None) -> int:
    """Try whether a store keeps what it promises."""
    from jumpkit.app.vaulting import check_vault
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cloud.aws.door import Access
    from jumpkit.kit.text import shown

    told = check_vault(opening(shared), target, Access(profile=profile, role_arn=role_arn))
    if shared.as_json:
        emit_json(told)
        return int(told["rating"] != "satisfies")
    line(f"{told['rating'].upper()}: {shown(told['because'])}")
    for claim in told["claims"]:
        mark = {True: "held", False: "BROKEN", None: "not tried"}[claim["held"]]
        line(f"  {mark:9} {claim['claim']}: {shown(claim['seen'])}")
    return int(told["rating"] != "satisfies")
