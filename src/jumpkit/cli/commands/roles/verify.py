"""Try whether a role can be taken on in each account, with the external id and a case, and not without the id."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("verify", help=__doc__)
@click.argument("function")
@click.option("--case", required=True, help="Case that the sessions carry, in their tag and their name.")
@click.option("--external-id", required=True, help="The id that the roles ask for.")
@click.option("--account", "accounts", multiple=True, help="Only this account; the organization is then not asked.")
@click.option("--profile", help="Profile of the AWS configuration.")
@shared_options
def command(shared: Shared, *, profile: str | None, **said: Any) -> int:
    """Try whether a role can be taken on."""
    from jumpkit.app.rolecheck import Trial, verified
    from jumpkit.cli.output import emit_json
    from jumpkit.cloud.aws.door import Access

    told = verified(Trial(access=Access(profile=profile), **said))
    if shared.as_json:
        emit_json(told)
    else:
        _tell(told)
    return int(not told["whole"])


def _tell(told: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    rows = [(each["account"], each["taken_on"], each["asks_for_id"], each["because"]) for each in told["accounts"]]
    table(("account", "taken on", "asks for the id", "because"), rows)
    if told["not_listed"]:
        line(f"The accounts of the organization could not be listed: {told['not_listed']}")
