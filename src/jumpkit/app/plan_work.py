"""What a desk does to clouds: begun here, carried out by a process of its own with the server's own rights."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from jumpkit.app.jobs import Work, launch
from jumpkit.app.planning import provider, who_we_are
from jumpkit.cloud.aws.door import Access
from jumpkit.kit.errors import BadUsage
from jumpkit.respond.options import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.app.standing import Standing

_MODULE = "jumpkit.app.plan_job"
_TOLD = {
    "apply": "about to run",
    "resume": "about to go on",
    "undo": "about to be taken back",
    "respond": "about to look",
}


def fresh_job() -> str:
    """Return an id for work that nobody asked for before."""
    return f"J-{secrets.token_hex(6)}"


def begin_work(standing: Standing, job: str, case: str, actor: str, asked: tuple[str, Mapping[str, Any]]) -> Any:
    """Begin to run, resume or take back a plan, or to look at suspects; `asked` is the kind and what it is about.

    Raises:
        BadUsage: another request was sent by the same key.

    """
    kind, about = asked
    made = launch(standing, Work(job, case, kind, actor, _MODULE, _TOLD[kind], about))
    if (made["kind"], made["about"]) != (kind, dict(about)):
        said = "this key was sent with another request"
        raise BadUsage(said, target="Idempotency-Key", hint="a key for each request")
    return made


def rights_here() -> dict[str, str | None]:
    """Return who this server is to the cloud: what it does there, it does by these rights.

    Raises:
        Denied: it has no usable credentials.

    """
    caller = who_we_are(provider(Access()))
    return {"arn": caller.arn, "account": caller.account, "expires": caller.expires}


def suspect_kinds() -> list[str]:
    """Return what one can suspect and be advised about."""
    return kinds()
