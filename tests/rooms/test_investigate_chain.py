"""Chains: from a session's key back to whoever began it, across accounts, and an honest word where they end early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumpkit.investigate.actors import classify
from jumpkit.investigate.identity import Identity, Issue
from jumpkit.investigate.origins import Chains, chains, follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.estate import Estate
    from jumpkit.store.lake.read import Lake

A, B, C = "111122223333", "444455556666", "777788889999"
ALICE = f"aws:{A}:AIDAEXAMPLEALICE00001"
WEB = f"aws:{B}:AROAEXAMPLEWEB0000001/i-0abcdef1234567890"
SSO = f"aws:{B}:AROAEXAMPLESSO0000001/mira@example.com"


@pytest.fixture
def followed(make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]]) -> Chains:
    return chains(make_lake(three_accounts))


def by_key(followed: Chains, key: str) -> Identity:
    return next(identity for identity in followed.identities if identity.key == key)


@pytest.mark.parametrize(
    ("key", "uid", "resolved"),
    [
        ("AKIAIOSFODNN7EXAMPLE", ALICE, True),
        ("ASIAEXAMPLEDEV000001", ALICE, True),
        ("ASIAEXAMPLEOPS000001", ALICE, True),
        ("ASIAEXAMPLEAUDIT0001", ALICE, True),
        ("AKIAEXAMPLEBACKUP001", f"aws:{B}:AIDAEXAMPLEBACKUP0001", True),
        ("ASIAEXAMPLESSO000001", SSO, True),
        ("ASIAEXAMPLEWEB000001", WEB, True),
        ("ASIAEXAMPLELAMBDA001", f"aws:{B}:AROAEXAMPLELAMBDA0001/order-worker", True),
        ("ASIAEXAMPLELOST00001", f"aws:{C}:AROAEXAMPLENIGHT00001", False),
    ],
)
def test_each_key_leads_to_its_origin(followed: Chains, key: str, uid: str, resolved: bool) -> None:  # noqa: FBT001 - a table
    origin = followed.origin(by_key(followed, key).id)
    assert (origin.uid, origin.resolved) == (uid, resolved)


def test_console_and_key_are_one_person(followed: Chains) -> None:
    alice = [identity for identity in followed.identities if identity.name == "alice"]
    assert {identity.key for identity in alice} == {None, "AKIAIOSFODNN7EXAMPLE"}
    assert {followed.origin(identity.id).uid for identity in alice} == {ALICE}


def test_the_calls_that_were_followed_are_kept_latest_first(followed: Chains) -> None:
    chain = followed.chains[by_key(followed, "ASIAEXAMPLEAUDIT0001").id]
    assert [issue.key for issue in chain.issues] == [
        "ASIAEXAMPLEAUDIT0001",
        "ASIAEXAMPLEOPS000001",
        "ASIAEXAMPLEDEV000001",
    ]
    assert [issue.account for issue in chain.issues] == [B, A, A]  # the copies that know the caller


def test_a_build_job_begins_at_its_web_identity(followed: Chains) -> None:
    origin = followed.origin(by_key(followed, "ASIAEXAMPLECI0000001").id)
    assert origin.resolved
    assert origin.name == "repo:example-org/shop:ref:refs/heads/main"


def test_service_linked_roles_begin_at_their_service(followed: Chains) -> None:
    linked = next(identity for identity in followed.identities if identity.name == "AWSServiceRoleForAutoScaling")
    assert followed.origin(linked.id).uid == "service:autoscaling.amazonaws.com"


def test_a_missing_call_is_named(followed: Chains) -> None:
    origin = followed.origin(by_key(followed, "ASIAEXAMPLELOST00001").id)
    assert origin.why is not None
    assert "ASIAEXAMPLELOST00001" in origin.why


def test_without_the_callers_account_the_replica_leads_nowhere_further(
    make_lake: Callable[..., Lake], three_accounts: list[dict[str, Any]]
) -> None:
    alone = chains(make_lake([record for record in three_accounts if record["recipientAccountId"] == C]))
    origin = alone.origin(by_key(alone, "ASIAEXAMPLEAUDIT0001").id)
    assert not origin.resolved
    assert origin.uid == f"aws:{B}:AROAEXAMPLEOPS0000001"
    assert B in (origin.why or "")


def test_a_stranger_is_known_by_unique_id(followed: Chains) -> None:
    stranger = next(identity for identity in followed.identities if identity.account == "999988887777")
    assert followed.origin(stranger.id).uid == "aws:999988887777:AIDAEXAMPLESTRANGER01"


def test_who_is_in_no_event_is_an_unresolved_origin(followed: Chains) -> None:
    origin = followed.origin(("aws:1:AROAX", "s", "k"))
    assert (origin.uid, origin.resolved) == ("aws:1:AROAX", False)


@pytest.mark.parametrize(
    ("name", "kind", "guess"),
    [
        ("AWSServiceRoleForAutoScaling", "provider_automation", False),
        ("AWSServiceRoleForSupport", "provider_staff", True),
        ("web", "workload", False),
        ("order-worker", "workload", False),
        ("repo:example-org/shop:ref:refs/heads/main", "workload", True),
        ("AWSReservedSSO_AdministratorAccess_0123456789abcdef", "human", True),
        ("ec2.amazonaws.com", "provider_automation", False),
        ("root", "human", True),
        ("nightly-backup", "unknown", True),
    ],
)
def test_actors_are_told_apart(
    followed: Chains,
    nobody_said: Estate,
    name: str,
    kind: str,
    guess: bool,  # noqa: FBT001 - a table
) -> None:
    for identity in followed.identities:
        if identity.name == name or (name == "root" and identity.kind == "root"):
            actor = classify(identity, followed.chains[identity.id], nobody_said)
            assert (actor.kind, actor.guess) == (kind, guess)
            break
    else:
        pytest.fail(f"no identity {name}")


def identity_of(number: int, key: str | None, kind: str = "role") -> Identity:
    return Identity(
        uid=f"aws:1:AROA{number}",
        session="s",
        key=key,
        name=f"role{number}",
        kind=kind,
        arn=None,
        issuer=None,
        invoked_by=None,
        workload=None,
        console=False,
        failed=0,
        refused=0,
        events=1,
        first=0,
        last=0,
    )


@given(st.lists(st.integers(0, 14), min_size=1, max_size=15), st.sets(st.integers(0, 14)))
def test_no_chain_runs_in_a_circle_and_each_has_an_origin(callers: list[int], users: set[int]) -> None:
    count = len(callers)
    known = [identity_of(n, f"ASIA{n}", "user" if n in users else "role") for n in range(count)]
    issued = {
        f"ASIA{n}": Issue(f"ASIA{n}", "AssumeRole", 0, f"e{n}", "1", None, known[caller % count].id, "role", None, None)
        for n, caller in enumerate(callers)
    }
    followed = follow(known, issued)
    assert set(followed.chains) == {identity.id for identity in known}
    for identity in known:
        origin = followed.origin(identity.id)
        assert origin.uid in {each.uid for each in known}
        assert origin.resolved == (origin.uid in {known[n].uid for n in users if n < count})
        assert origin.resolved or origin.why


def test_a_chain_of_a_hundred_thousand_links_is_followed() -> None:
    count = 100_000
    known = [identity_of(0, "ASIA0", "user"), *(identity_of(n, f"ASIA{n}") for n in range(1, count))]
    issued = {
        f"ASIA{n}": Issue(f"ASIA{n}", "AssumeRole", 0, f"e{n}", "1", None, known[n - 1].id, "role", None, None)
        for n in range(1, count)
    }
    followed = follow(reversed(known), issued)
    assert followed.origin(known[-1].id).uid == known[0].uid
