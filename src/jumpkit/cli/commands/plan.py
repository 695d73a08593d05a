"""Plan steps on a cloud: look at each target and say what would be called, lost and taken back; nothing is changed."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options


@click.command("plan", help=__doc__)
@click.argument("case")
@click.option("--step", "steps", multiple=True, help="ACTION=TARGET, in order; may be repeated.")
@click.option("--with", "more", multiple=True, help="NAME=VALUE: a choice, or what else addresses the target, of all.")
@click.option("--title", default="Steps by hand", show_default=True, help="What the plan is for.")
@click.option("--account", help="The account that we must be in; anything else is refused.")
@click.option("--waive", multiple=True, help="GATE=REASON: go without what a step needs first.")
@click.option("--from-sweep", is_flag=True, help="Take away what the newest sweep found malicious.")
@click.option("--suspects", is_flag=True, help="With --from-sweep: what it found suspect, too.")
@cloud_options
@shared_options
def command(shared: Shared, case: str, *, access: Any, **said: Any) -> int:
    """Make a plan."""
    from jumpkit.app.planning import Asked, Order, make_plan
    from jumpkit.cli.cloud import pairs
    from jumpkit.cli.opening import opening
    from jumpkit.cli.plans import tell_plan

    if said["from_sweep"]:
        from jumpkit.app.leftovers import plan_from_sweep

        states = ("malicious", "suspect") if said["suspects"] else ("malicious",)
        return tell_plan(shared, plan_from_sweep(opening(shared), case, access, states))
    more = dict(pairs(said["more"], "--with NAME=VALUE"))
    steps = [Asked(action, uid, None, more) for action, uid in pairs(said["steps"], "--step ACTION=TARGET")]
    waived = dict(pairs(said["waive"], "--waive GATE=REASON"))
    order = Order(said["title"], steps, access, said["account"], waived)
    return tell_plan(shared, make_plan(opening(shared), case, order))
