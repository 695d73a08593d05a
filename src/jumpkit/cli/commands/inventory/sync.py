"""Read what there is from Amazon: every account, region and kind; what was refused is unknown by name."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("sync", help=__doc__)
@click.option("--account", "accounts", multiple=True, help="Only this account; the organization is then not asked.")
@click.option("--region", "regions", multiple=True, help="Only this region.")
@click.option("--kind", "kinds", multiple=True, help="Only this kind (jumpkit inventory kinds).")
@click.option("--profile", help="Profile of the AWS configuration.")
@click.option("--role-arn", help="Role to assume; with {account} in it, one in each account that is not one's own.")
@click.option("--external-id", help="External id that the role asks for.")
@click.option("--fresh", is_flag=True, help="Begin anew, where the last sync was interrupted.")
@shared_options
def command(shared: Shared, profile: str | None, role_arn: str | None, external_id: str | None, **said: Any) -> int:
    """Read what there is from Amazon."""
    from jumpkit.app.inventory import Wish, synced
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import Terminal, emit_json
    from jumpkit.cloud.aws.door import Access

    access = Access(profile=profile, role_arn=role_arn, external_id=external_id)
    terminal = Terminal(quiet=shared.quiet)
    told = synced(
        opening(shared), Wish(access, **said), lambda done, total: terminal.step(done, total, "parts of the estate")
    )
    terminal.clear()
    if shared.as_json:
        emit_json(told)
    else:
        _tell(told)
    return int(not told["whole"])


def _tell(told: dict[str, Any]) -> None:
    from jumpkit.cli.inventory import tell_unknown
    from jumpkit.cli.output import line, table
    from jumpkit.kit.text import counted

    counts = told["counts"]
    again = " (gone on with what was interrupted)" if told["resumed"] else ""
    line(f"{told['sync']}: {counted(counts['items'], 'thing')} in {counted(counts['parts'], 'part')}{again}")
    table(("kind", "things"), [(kind, number) for kind, number in told["by_kind"].items() if number])
    tell_unknown(told)
