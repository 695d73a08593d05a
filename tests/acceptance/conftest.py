"""An estate of two accounts and some weeks' habits, with one hole, one reduced trail and every kind of actor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command.breach import breach, written
from command.logs import ACCOUNT, at, call, session, user, write
from command.run import Json, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OTHER = "444455556666"
HOLE = (120, 160)  # minutes after the start


def service(name: str) -> Json:
    return {"type": "AWSService", "invokedBy": f"{name}.amazonaws.com"}


def linked(name: str) -> Json:
    role = f"AWSServiceRoleFor{name}"
    identity = session(role, "ASIALINKEDLINKEDLIN1", name)
    issuer = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{name.lower()}.amazonaws.com/{role}"
    identity["sessionContext"]["sessionIssuer"]["arn"] = issuer
    return identity | {"invokedBy": f"{name.lower()}.amazonaws.com"}


def sso() -> Json:
    role = "AWSReservedSSO_Admins_0123456789abcdef"
    identity = session(role, "ASIASSOSSOSSOSSOSSO1", "asha@example.com")
    path = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/eu-central-1/{role}"
    identity["sessionContext"]["sessionIssuer"]["arn"] = path
    return identity


def instance() -> Json:
    return session("web", "ASIAINSTANCEINSTANC1", "i-0123456789abcdef0")


def busy() -> list[Json]:
    """Return a feed with an event every other minute but for one hole."""
    minutes = [minute for minute in range(0, 480, 2) if not HOLE[0] < minute < HOLE[1]]
    return [call("ec2", "DescribeInstances", user("asha"), at(minute)) for minute in minutes]


def estate() -> list[Json]:
    west = {"awsRegion": "eu-west-1"}
    elsewhere = [call("s3", "ListBuckets", user("bo", OTHER), at(minute), **west) for minute in range(0, 200, 2)]
    acting = [
        call("autoscaling", "TerminateInstanceInAutoScalingGroup", linked("AutoScaling"), at(7)),
        call("kms", "Decrypt", service("elasticloadbalancing"), at(8), recipientAccountId=ACCOUNT),
        call("ec2", "DescribeVolumes", sso(), at(9), userAgent="Mozilla/5.0 (X11; Linux) Firefox/140.0"),
        call("s3", "ListBuckets", instance(), at(10)),
        call("ec2", "DescribeInstances", {**linked("Support"), "invokedBy": "support.amazonaws.com"}, at(11)),
        call("cloudtrail", "StopLogging", user("eve"), at(401), requestParameters={"name": "main"}),
        call("iam", "CreateAccessKey", user("eve"), at(402), requestParameters={"userName": "asha"}),
        call("iam", "MakeUpSomething2031", user("eve"), at(403), requestParameters={"thing": {"deep": [1]}}),
    ]
    return [*busy(), *elsewhere, *acting]


@pytest.fixture(scope="session")
def accounts(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, Json]:
    """Return a workspace that triaged the estate, and what triage said; no test may change it."""
    folder = tmp_path_factory.mktemp("accounts")
    home = warm(folder / "home")
    return home, triage(home, write(folder / "logs" / "a.json", *estate()))


@pytest.fixture(scope="session")
def breached(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Path:
    """Return a workspace that triaged the small breach; no test may change it."""
    folder = tmp_path_factory.mktemp("breached")
    home = warm(folder / "home")
    triage(home, written(folder, breach()))
    return home
