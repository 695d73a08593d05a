"""What holds of every decision: a deny never grants, less knowledge never allows, order and letters do not count."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import translate
from re import DOTALL
from re import compile as expression
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from iam.build import ANYONE, BUCKET, GUEST, HOME, OBJECT, ROLE, ROOT, SESSION, USER, ask, doc

from jumpkit.respond.policy.decide import Verdict, decide
from jumpkit.respond.policy.document import read
from jumpkit.respond.policy.glob import covers, matches
from jumpkit.respond.policy.layers import Policies

if TYPE_CHECKING:
    import random

    from jumpkit.respond.policy.document import Document

ACTIONS = ["*", "s3:*", "s3:Get*", "s3:GetObject", "ec2:*", "kms:Decrypt", "sts:AssumeRole", "x"]
RESOURCES = ["*", BUCKET, f"{BUCKET}/*", OBJECT, "arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3"]
PRINCIPALS: list[Any] = [
    "*", {"AWS": "*"}, {"AWS": HOME}, {"AWS": USER.arn}, {"AWS": ROLE}, {"AWS": SESSION.arn},
    {"AWS": GUEST.arn}, {"Service": "ec2.amazonaws.com"}, {"AWS": "AROAOLDOLDOLDOLD1"}, {"AWS": "nobody"},
]  # fmt: skip
CONDITIONS: list[dict[str, Any]] = [
    {},
    {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
    {"DateLessThan": {"aws:TokenIssueTime": "2026-11-22T10:00:00Z"}},
    {"ArnNotLike": {"aws:PrincipalArn": ROLE}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["case"]}},
    {"Null": {"aws:SourceVpce": "false"}},
    {"Never": {"aws:SourceVpce": "false"}},
]
CONTEXT: dict[str, list[Any]] = {
    "aws:PrincipalOrgID": ["o-1", "o-2", None],
    "aws:TokenIssueTime": ["2026-11-22T09:00:00Z", "2026-11-22T11:00:00Z", None],
    "aws:MultiFactorAuthPresent": [True, False, None],
    "aws:TagKeys": [("case",), ("case", "owner"), None],
    "aws:SourceVpce": ["vpce-1", None],
}


@st.composite
def statements(draw: st.DrawFn, *, principal: bool) -> dict[str, Any]:
    some = draw(st.sampled_from(["", "Not"]))
    said: dict[str, Any] = {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        f"{some}Action": draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2)),
        draw(st.sampled_from(["Resource", "Resource", "NotResource"])): draw(st.sampled_from(RESOURCES)),
        "Condition": draw(st.sampled_from(CONDITIONS)),
    }
    if principal:
        said[draw(st.sampled_from(["Principal", "Principal", "Principal", "NotPrincipal"]))] = draw(
            st.sampled_from(PRINCIPALS)
        )
    return said


def documents(*, principal: bool = False) -> st.SearchStrategy[tuple[Document, ...]]:
    one = st.lists(statements(principal=principal), max_size=3).map(lambda found: doc(*found))
    return st.lists(one, max_size=2).map(tuple)


POLICIES = st.builds(
    Policies,
    identity=documents(),
    boundary=st.one_of(st.just(()), documents()),
    session=st.one_of(st.just(()), documents()),
    resource=documents(principal=True),
    scps=st.one_of(st.just(()), st.tuples(documents(), documents())),
    rcps=st.just(()),
    granted=st.sampled_from([True, False, None]),
    public_blocked=st.sampled_from([True, False, None]),
    managing=st.sampled_from([True, False, None]),
)
CALLS = st.builds(
    lambda action, resource, who, account, context: ask(
        action, resource, who, resource_account=account, context=context, closed=True
    ),
    st.sampled_from(["s3:GetObject", "ec2:RunInstances", "sts:AssumeRole", "s3:*"]),
    st.sampled_from([OBJECT, BUCKET, f"{BUCKET}/*", "arn:aws:s3:::home/ann/x", None]),
    st.sampled_from([USER, SESSION, GUEST, ROOT, ANYONE]),
    st.sampled_from([HOME, None]),
    st.fixed_dictionaries({key: st.sampled_from(values) for key, values in CONTEXT.items()}),
)
LAYERS = ["identity", "boundary", "session", "resource", "scps", "rcps", "granted", "public_blocked", "managing"]


@settings(max_examples=150, deadline=None)
@given(POLICIES, CALLS, statements(principal=True), st.sampled_from(LAYERS[:6]))
def test_adding_a_deny_never_grants(policies: Policies, call: Any, statement: dict[str, Any], layer: str) -> None:
    before = decide(policies, call).verdict
    if layer != "resource":
        statement = {key: value for key, value in statement.items() if "Principal" not in key}
    added = doc({**statement, "Effect": "Deny"})
    here = getattr(policies, layer)
    if layer in ("scps", "rcps") or (layer in ("boundary", "session") and not here):
        # What limits where nothing did before is joined by an allow for everything, as the provider's own is.
        everything = doc({"Effect": "Allow", "Action": "*", "Resource": "*"})
        more = ((everything, added),) if layer in ("scps", "rcps") else (everything, added)
    else:
        more = (added,)
    after = decide(replace(policies, **{layer: (*here, *more)}), call).verdict
    if before != Verdict.ALLOW:
        assert after != Verdict.ALLOW
    if before == Verdict.EXPLICIT_DENY:
        assert after == Verdict.EXPLICIT_DENY


@settings(max_examples=150, deadline=None)
@given(POLICIES, CALLS, st.sets(st.sampled_from(sorted(CONTEXT))), st.sets(st.sampled_from(LAYERS)), st.booleans())
def test_less_knowledge_never_allows(
    policies: Policies, call: Any, keys: set[str], unread: set[str], unplaced: Any
) -> None:
    before = decide(policies, call).verdict
    less = replace(
        call,
        context={key: value for key, value in call.context.items() if key not in keys},
        closed=call.closed and not keys,
        resource_account=None if unplaced else call.resource_account,
    )
    after = decide(replace(policies, **dict.fromkeys(unread)), less).verdict
    assert after in (before, Verdict.UNKNOWN) or {before, after} == {Verdict.EXPLICIT_DENY, Verdict.IMPLICIT_DENY}
    assert not (after == Verdict.ALLOW and before != Verdict.ALLOW)


@settings(max_examples=100, deadline=None)
@given(POLICIES, CALLS, st.randoms(use_true_random=False))
def test_order_does_not_count(policies: Policies, call: Any, dice: random.Random) -> None:
    def mixed(found: tuple[Document, ...]) -> tuple[Document, ...]:
        turned = [replace(each, statements=tuple(dice.sample(each.statements, len(each.statements)))) for each in found]
        return tuple(dice.sample(turned, len(turned)))

    other = replace(
        policies,
        **{layer: mixed(getattr(policies, layer)) for layer in ("identity", "boundary", "session", "resource")},
        scps=tuple(mixed(level) for level in policies.scps or ()),
    )
    one, two = decide(policies, call), decide(other, call)
    assert (one.verdict, one.unknowns) == (two.verdict, two.unknowns)


@settings(max_examples=100, deadline=None)
@given(POLICIES, CALLS)
def test_letters_of_actions_and_keys_do_not_count(policies: Policies, call: Any) -> None:
    shouted = replace(
        call, action=call.action.upper(), context={key.upper(): value for key, value in call.context.items()}
    )
    assert decide(policies, call).verdict == decide(policies, shouted).verdict


@settings(max_examples=300, deadline=None)
@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_wildcards_as_the_shell_reads_them(pattern: str, text: str) -> None:
    plain = bool(expression(translate(pattern), DOTALL).fullmatch(text))
    assert matches(pattern, text) == plain
    assert covers(pattern, text).value is plain


@settings(max_examples=300, deadline=None)
@given(st.text("ab*?", max_size=6), st.text("ab*?", max_size=6), st.text("ab", max_size=6))
def test_what_stands_for_many_is_covered_whole_or_not_at_all(pattern: str, asked: str, text: str) -> None:
    found = covers(pattern, asked).value
    if matches(asked, text):
        assert found is not True or matches(pattern, text)
        assert found is not False or not matches(pattern, text)


def test_hostile_patterns_take_little_time() -> None:
    pattern = "a*" * 2000 + "b"
    assert not matches(pattern, "a" * 4000)
    assert covers(pattern, "a*" * 200).value is None
    deep = "[" * 100_000
    assert read("p", deep).odd
    assert read("p", "x" * 300_000).odd
