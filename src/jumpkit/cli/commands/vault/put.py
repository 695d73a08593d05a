"""Copy a bundle into a vault (s3://bucket/prefix under Object Lock, or a folder) and read every file back."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("put", help=__doc__)
@click.argument("bundle", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("target")
@click.option("--days", type=int, default=365, show_default=True, help="How long nobody may change it.")
@click.option("--profile", help="Profile of the AWS configuration.")
@click.option("--role-arn", help="Role to assume first.")
@shared_options
def command(shared: Shared, bundle: Path, target: str, *, days: int, profile: str | None, role_arn: str | None) -> int:
    """Copy a bundle into a vault and read every file back."""
    from jumpkit.app.vaulting import put_bundle
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cloud.aws.door import Access

    told = put_bundle(opening(shared), bundle, target, days, Access(profile=profile, role_arn=role_arn))
    if shared.as_json:
        emit_json(told)
        return 0
    line(f"{told['files']:,} files lie in {target} as {told['name']}, each read back and equal.")
    line(f"Locked until {told['until']}." if told["until"] else f"Not locked: the target is rated {told['rating']}.")
    return 0
