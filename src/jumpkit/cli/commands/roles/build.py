"""Make roles out of what actions need, as IAM JSON and Terraform: triage-read, collect, contain and so on, or all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("build", help=__doc__)
@click.argument("functions", nargs=-1)
@click.option("--provider", type=click.Choice(["aws"]), default="aws", show_default=True, help="The cloud.")
@click.option("--account", help="Account that the roles are to stand in; without one, ARNs are of any account.")
@click.option("--partition", default="aws", show_default=True, help="aws, aws-cn or aws-us-gov.")
@click.option("--principal", "principals", multiple=True, help="ARN that may take the roles on; again for more.")
@click.option("--external-id", help="What whoever takes a role on must say beside its name.")
@click.option("--terraform", is_flag=True, help="Print the module of Terraform instead.")
@click.option("-o", "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to write all files into.")
@shared_options
def command(shared: Shared, *, provider: str, terraform: bool, out: Path | None, **said: Any) -> int:
    """Make roles."""
    from jumpkit.app.roles import Wish, built
    from jumpkit.cli.output import emit_json, line

    del provider  # one so far
    body = built(Wish(**said), out)
    if shared.as_json:
        emit_json(body)
    elif terraform:
        for each in body["terraform"].splitlines():
            line(each)
    else:
        _tell(body)
    return 0


def _tell(body: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table
    from jumpkit.kit.text import counted

    rows = [
        (
            each["name"],
            counted(len(each["actions"]), "action"),
            counted(len(each["permissions"]), "permission"),
            counted(len(each["policies"]), "policy", "policies"),
            each["about"],
        )
        for each in body["roles"]
    ]
    table(("role", "actions", "permissions", "policies", "for"), rows)
    for role in body["roles"]:
        line()
        line(f"{role['name']}:")
        for each in role["limits"]:
            line(f"  - {each}")
        for each in role["may_need"]:
            line(f"  - perhaps also {each['permission']} for {each['for']}: where {each['where']}")
    line()
    line(
        f"Written: {', '.join(body['files'])}" if body["files"] else "Nothing was written; -o FOLDER writes the files."
    )
