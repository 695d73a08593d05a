"""The page and the Markdown: whole, self-contained, bounded, and deaf to what log texts try."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from jumpkit.kit.errors import BadUsage
from jumpkit.report import Material, format_of, formats, render
from jumpkit.report.content import proposals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BAIT = [
    "</script><script>alert(1)</script>",
    "<svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% for %}",
    "</style><style>body{display:none}",
    "javascript:alert(1)",
    "=cmd|'/C calc'!A0",
    "\x1b[2J\x1b]0;owned\x07",
    "a\u202etxt.exe",
    "nul\x00byte",
    "lone\ud800surrogate",
    "](http://evil.example) ![x](http://evil.example)",
    "x" * 1_000_000,
    "<!--",
    "]]>",
    "\u2028line",
    "-->",
    "&lt;b&gt;&#x3c;i&#x3e;",
    "`` ` |",
    "' onmouseover='alert(1)",
]
ALLOWED = set(
    re.findall(
        r"\w+",
        """html head meta title style body svg symbol path circle use rect line text g desc defs pattern a header p span
        h1 h2 h3 h4 ul li code nav ol main section strong em b dl dt dd pre details summary table caption thead tbody tr
        th td div figure figcaption article br footer""",
    )
)


class Reader(HTMLParser):
    """Collects what a browser would see as markup, apart from text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.comments: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def made(material: Material, fmt: str = "html") -> str:
    out = io.BytesIO()
    render(material, fmt, out)
    return out.getvalue().decode("utf-8")


def poisoned(material: Material) -> Material:
    """Put hostile text into every string that a log or a file name can reach."""
    bait = iter([*BAIT * 10, *(each[:5000] for each in BAIT * 1000)])

    def spoil(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: spoil(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [spoil(each) for each in value]
        return next(bait) if isinstance(value, str) else value

    keep = {"time", "hour", "kind", "until"}
    findings = tuple(
        replace(
            each,
            title=next(bait),
            rule=next(bait),
            attack=(next(bait)[:99],),
            tactics=(*each.tactics, next(bait)[:99]),
            principal=replace(each.principal, uid=next(bait), name=next(bait)),
            origin=replace(each.origin, uid=next(bait)[:50] + str(number), name=next(bait), why=next(bait)),
        )
        for number, each in enumerate(material.picture.findings)
    )
    spots = tuple(
        replace(each, kind=next(bait), region=next(bait), account=next(bait), because=next(bait), affects=(next(bait),))
        for each in material.picture.blind_spots
    )
    incidents = tuple(replace(each, title=next(bait)) for each in material.picture.incidents)
    rows = [{**spoil(row), "metadata": row["metadata"], "time": row["time"]} for row in material.rows()]
    return replace(
        material,
        case=spoil(dict(material.case)),
        picture=replace(
            material.picture,
            findings=findings,
            blind_spots=spots,
            incidents=incidents,
            principals=tuple(spoil(each) for each in material.picture.principals),
        ),
        timeline=[
            {key: each if key in keep else spoil(each) for key, each in row.items()} for row in material.timeline
        ],
        activity=[{**row, "account": next(bait), "region": next(bait)} for row in material.activity],
        inputs=spoil(dict(material.inputs)),
        rules=spoil(dict(material.rules)),
        ledger=spoil(dict(material.ledger)),
        artifacts=spoil(list(material.artifacts)),
        infos={
            finding.rule: replace(info, description=next(bait), path=next(bait), false_positives=(next(bait),))
            for finding, info in zip(findings, material.infos.values(), strict=True)
        },
        rows=lambda: rows,
    )


def test_the_page_needs_nothing_from_outside(material: Material) -> None:
    page = made(material)
    reader = read(page)
    assert "script" not in {tag for tag, _ in reader.tags}
    for tag, attributes in reader.tags:
        assert tag in ALLOWED
        assert not {"src", "srcset", "style", "action", "formaction", "data", "poster"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert not reader.comments


def test_the_policy_lets_only_our_own_style_sheet_in(material: Material) -> None:
    page = made(material)
    policy = next(a["content"] or "" for tag, a in read(page).tags if tag == "meta" and a.get("http-equiv"))
    sheet = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert sheet is not None
    digest = base64.b64encode(hashlib.sha256(sheet.group(1).encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert "url(" not in sheet.group(1)
    assert "@import" not in sheet.group(1)


def test_headings_landmarks_and_ids_are_in_order(material: Material) -> None:
    reader = read(made(material))
    levels = [int(tag[1]) for tag, _ in reader.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    ids = [a["id"] for _, a in reader.tags if "id" in a]
    assert len(ids) == len(set(ids))
    named = {*ids}
    for _, attributes in reader.tags:
        for label in (attributes.get("aria-labelledby") or "").split():
            assert label in named
        if (attributes.get("href") or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in named
    tags = [tag for tag, _ in reader.tags]
    assert tags.count("main") == tags.count("nav") == tags.count("header") == tags.count("footer") == 1
    assert tags.count("table") == tags.count("caption")


def test_the_page_begins_with_what_to_do_and_the_exact_commands(material: Material) -> None:
    page = made(material)
    first = page[page.index("<main>") : page.index('id="summary"')]
    assert first.count("<h3>") == 3
    assert (
        "aws iam update-access-key --user-name deploy-bot --access-key-id AKIAQ7EXAMPLE4LEAKED --status Inactive"
        in first
    )
    assert "aws cloudtrail start-logging --name org-trail --region eu-central-1" in first
    assert "What it costs" in first
    assert "changed nothing in the cloud" in first


def test_the_summary_is_three_to_six_plain_sentences_that_name_the_unknown(material: Material) -> None:
    page = made(material)
    lead = page[page.index('class="lead"') : page.index('class="tally"')]
    assert 3 <= lead.count("<p>") <= 6
    assert "deploy-bot" in lead
    assert "What these logs cannot tell" in lead
    assert "they do not prove which person" in lead


@pytest.mark.parametrize("fmt", ["html", "md"])
def test_every_part_is_there(material: Material, fmt: str) -> None:
    page = made(material, fmt)
    for said in (
        "ev-trail-stopped-0",
        "9f2c4be1d7a05c33",
        "T1562.008",
        "203.0.113.24",
        "SHA256:Xb2c1n0Qe5rT7uV9wYzA3dF6gH8jK0mN",
        "the sum holds",
        "gzip stream ends early",
        "reads a source that is not loaded",
        "a planned change",
        "Solo mode",
        "jumpkit verify C-leaked-key --key",
        "not in these logs",
        "AMBER",
    ):
        assert said in page.replace("\\", ""), said


def test_the_picture_has_words_gaps_and_marks(material: Material) -> None:
    page = made(material)
    assert page.count('role="img"') == 2
    assert page.count("<desc") == 2
    assert 'class="gapwide"' in page
    assert 'class="m-critical"' in page
    assert "Disk snapshot shared with an account outside</title>" in page


@pytest.mark.parametrize("fmt", ["html", "md"])
def test_secrets_are_masked_unless_it_was_said(changed: Callable[..., Material], fmt: str) -> None:
    timeline = [
        {"time": "2026-03-14T02:00:00Z", "kind": "event", "operation": "X", "text": "--password hunter22 given"}
    ]
    assert "hunter22" not in made(changed(timeline=timeline), fmt)
    shown = made(changed(timeline=timeline, unmasked=True), fmt)
    assert "hunter22" in shown
    assert "Secrets are shown in this report" in shown


def test_hostile_text_becomes_no_markup(material: Material) -> None:
    page = made(poisoned(material))
    reader = read(page)
    for tag, attributes in reader.tags:
        assert tag in ALLOWED, tag
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
        assert not any("alert" in (value or "") or "evil" in (value or "") for value in attributes.values())
    assert not reader.comments
    assert "alert(1)" in "".join(reader.text)
    assert not any(ord(char) < 32 and char != "\n" for char in page)
    assert not any(char in page for char in "\u202e\u2028\x7f\x9b\x00")
    assert "\\u202e" in page
    assert "{{ 7*7 }}" in "".join(reader.text)


def test_hostile_text_becomes_no_markdown(material: Material) -> None:
    page = made(poisoned(material), "md")
    blocks = re.split(r"^ {0,3}~~~~.*$", page, flags=re.MULTILINE)
    assert len(blocks) % 2 == 1
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", "\n".join(blocks[::2]))
    assert not any(line.startswith("    ") for line in outside.splitlines())
    assert not re.search(r"(?<!\\)\]\(", outside)
    assert "<script" not in outside
    assert "<svg" not in outside
    assert not any(ord(char) < 32 and char != "\n" for char in page)


def test_a_field_of_a_megabyte_is_cut_and_said(material: Material) -> None:
    page = made(poisoned(material))
    assert len(page) < 2_000_000
    assert "(cut, 1,000,000 characters in all)" in page


def test_a_hundred_thousand_findings_make_a_small_page_that_says_so(material: Material) -> None:
    one = material.picture.findings[-1]
    many = tuple(
        replace(one, finding=f"F-{n}", title=f"Finding number {n}", incident=one.incident) for n in range(100_000)
    )
    incident = replace(material.picture.incidents[0], findings=tuple(each.finding for each in many))
    big = replace(material, picture=replace(material.picture, findings=many, incidents=(incident,)))
    out = io.BytesIO()
    written = render(big, "html", out)
    assert written.size < 3_000_000
    page = out.getvalue().decode()
    assert "99,850 more findings in this incident" in page
    assert "150 of 100,000 findings" in page
    assert [each.count for each in written.losses if each.what == "findings"] == [99_850]


def test_no_finding_is_not_told_as_no_incident(material: Material) -> None:
    quiet = replace(material, picture=replace(material.picture, findings=(), incidents=(), principals=()), rows=tuple)
    page = made(quiet)
    assert "no proof that nothing happened" in page
    now = page[page.index("<main>") : page.index('id="summary"')]
    assert "Fetch the logs that are missing" in now
    assert made(quiet, "md")


def test_an_empty_case_renders_too(material: Material) -> None:
    bare = Material(
        case={"case": "C", "title": None, "state": "new", "severity": "unknown"},
        picture=replace(material.picture, findings=(), incidents=(), blind_spots=(), principals=()),
        generated=material.generated,
        version="0",
    )
    for fmt in formats():
        assert render(bare, fmt, io.BytesIO()).size > 0 or format_of(fmt).FILE.endswith(".jsonl")


@pytest.mark.parametrize("fmt", formats())
def test_the_same_material_gives_the_same_bytes(
    fmt: str, material: Material, changed: Callable[..., Material], tmp_path: Path
) -> None:
    first = render(material, fmt, tmp_path / "a" / format_of(fmt).FILE)
    again = render(changed(), fmt, io.BytesIO())
    assert first.sha256 == again.sha256
    assert first.path is not None
    data = first.path.read_bytes()
    assert hashlib.sha256(data).hexdigest() == first.sha256
    assert len(data) == first.size
    assert [each.name for each in (tmp_path / "a").iterdir()] == [format_of(fmt).FILE]


def test_a_report_is_whole_or_not_there(changed: Callable[..., Material], tmp_path: Path) -> None:
    def broken() -> list[dict[str, Any]]:
        raise OSError("the lake went away")

    with pytest.raises(OSError, match="lake"):
        render(changed(rows=broken), "html", tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_named_with_those_there_are(material: Material) -> None:
    with pytest.raises(BadUsage) as raised:
        render(material, "../html", io.BytesIO())
    assert "stix" in (raised.value.hint or "")


def test_values_of_a_wrong_form_go_into_no_command(material: Material) -> None:
    rows = [dict(row) for row in material.rows()]
    for row in rows:
        row["actor"] = {"user": {"name": "--profile evil; rm -rf /", "credential_uid": "AKIA$(touch x)EXAMPLE00"}}
    page = made(replace(material, rows=lambda: rows))
    assert "touch x" not in page
    assert "rm -rf" not in page


def test_what_was_deleted_is_created_again_not_switched_on(material: Material) -> None:
    rows = [dict(row) for row in material.rows()]
    for row in rows:
        if row["api"]["operation"] == "GetSecretValue":
            row["api"] = {**row["api"], "operation": "DeleteTrail", "request": {"data": '{"name":"org-trail"}'}}
    page = made(replace(material, rows=lambda: rows))
    assert "Create the deleted trail org-trail again" in page
    assert "Bring back the record of calls" not in page


def test_every_proposal_has_words_for_what_it_costs_and_a_form_for_each_value() -> None:
    table = proposals()
    assert len({each["id"] for each in table["proposals"]}) == len(table["proposals"])
    for each in table["proposals"]:
        assert each["title"]
        assert each["why"]
        assert each["look"]
        assert each["costs"]
        assert each["undo"]
        assert each.get("operations") or each.get("kinds") or each.get("needs")
        for line in (*each["look"], *each["do"]):
            named = set(re.findall(r"(?<!{){(\w+)}(?!})", line))
            assert named <= set(each["values"]), each["id"]
        for paths, form in each["values"].values():
            assert paths
            assert re.compile(table["forms"][form])
