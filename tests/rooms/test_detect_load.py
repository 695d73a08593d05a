"""Every rule that was brought is live or says why not; what is hostile is a reason, never a crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from jumpkit.detect import RuleSet, load, matches
from jumpkit.kit.strictyaml import BadYaml, documents

if TYPE_CHECKING:
    from pathlib import Path

ID = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
HEAD = f"title: t\nid: {ID}\nlogsource: {{product: aws, service: cloudtrail}}\n"
RULE = HEAD + "detection:\n  one: {eventName: X}\n  condition: one\n"


def loaded(folder: Path, text: str | bytes, name: str = "r.yml") -> RuleSet:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return load([folder], own=False, cache=None)


def detection(text: str) -> str:
    return HEAD + "detection:\n  " + text.replace("\n", "\n  ") + "\n"


HOSTILE: list[tuple[str | bytes, str]] = [
    ("", "holds no document"),
    ("- 1\n- 2\n", "no map"),
    ("just words\n", "no map"),
    ("title: x\n", "no detection, correlation or filter"),
    ("a: [1, 2\n", "not YAML"),
    ("a: &x 1\nb: *x\n", "anchors and aliases"),
    ("a: &x [*x]\n", "anchors and aliases"),
    ("a: !!python/object/apply:os.system [id]\n", "tags are not accepted"),
    ("a: 1\na: 2\n", "twice"),
    ("? [a, b]\n: 1\n", "not a plain word"),
    ("a: " + "[" * 300 + "]" * 300, "nested deeper"),
    ("- " * 20_000 + "a", "nested deeper"),
    ("{a: " * 20_000, "nested deeper"),
    ("a: " + "x" * 1_000_001, "larger than"),
    (b"a: \xff\xfe\n", "not UTF-8"),
    ("a: \x00\n", "not YAML"),
    (HEAD + "level: urgent\ndetection: {one: {a: b}, condition: one}\n", "its level is none of Sigma's"),
    (RULE.replace("logsource", "logs"), "says no log source"),
    (HEAD + "detection: words\n", "`detection` is not a map"),
    (detection("one: {a: b}"), "a condition is missing"),
    (detection("one: {a: b}\ncondition: 5"), "is not text"),
    (detection("one: {a: b}\ncondition: two"), "`two`, which is not defined"),
    (detection("one: {a: b}\ncondition: 1 of two*"), "no selection is called"),
    (detection("one: {a: b}\ncondition: one and and one"), "xpected"),
    (detection("one: {a: b}\ncondition: one | count() by x > 5"), "old aggregation syntax"),
    (detection("one: {a: b}\ncondition: " + "(" * 200 + "one" + ")" * 200), "too long or nested"),
    (detection("one: {a: b}\ncondition: " + "not " * 990 + "one"), "nested too deeply"),
    (detection("one: {a: b}\ncondition: " + "one or " * 900 + "one"), "too long"),
    (detection("one: {}\ncondition: one"), "mpty"),
    (detection("one: {a: {b: {c: d}}}\ncondition: one"), "neither a plain value nor a list"),
    (detection("one: {a: [[b]]}\ncondition: one"), "neither a plain value nor a list"),
    (detection("one: [[b]]\ncondition: one"), "list within a list"),
    (detection("one: {a|nonsense: b}\ncondition: one"), "nknown modifier"),
    (detection("one: {a|re: '('}\ncondition: one"), "egular expression"),
    (detection("one: {a|re: '(?=x)y'}\ncondition: one"), "egular expression"),
    (detection("one: {a|re: '(x)\\1'}\ncondition: one"), "egular expression"),
    (detection("one: {a|re: '((a{1,1000}){1,1000}){1,1000}'}\ncondition: one"), "egular expression"),
    (detection("one: {a|re: 5}\ncondition: one"), "not as Sigma has it"),
    (detection("one: {a|cidr: 10.0.0.1/8}\ncondition: one"), "CIDR"),
    (detection("one: {a|contains: 5}\ncondition: one"), "incompatible"),
    (detection("one: {a|gt: x}\ncondition: one"), "incompatible"),
    (detection("one: {a|exists: maybe}\ncondition: one"), "incompatible"),
    (detection("one: {a|base64: 'x*'}\ncondition: one"), "wildcards"),
    (detection("one: {a|expand: '%who%'}\ncondition: one"), "placeholder %who%"),
    (detection("one: {a|re|expand: '%who%'}\ncondition: one"), "placeholder"),
    (detection("one: {a|windash: -a -b -c -d -e}\ncondition: one"), "dash"),
    (detection("one: [null]\ncondition: one"), "neither text nor a regular expression"),
    (RULE + "action: global\n", "`action`"),
    (
        RULE.replace("product: aws, service: cloudtrail", "product: azure, service: pim"),
        "needs azure/pim, which jumpkit",
    ),
    ("title: c\ncorrelation: 5\n", "`correlation` is not a map"),
    ("title: c\ncorrelation: {type: odd, rules: [x], timespan: 5m}\n", "no valid Sigma correlation type"),
    ("title: c\ncorrelation: {type: temporal, rules: [x], timespan: soon}\n", "Timespan"),
    ("title: c\ncorrelation: {type: temporal, rules: [x], timespan: 5m}\n", "correlates x, which is not loaded"),
    ("title: c\ncorrelation: {type: temporal, rules: [[x]], timespan: 5m}\n", "are not names"),
    (
        "title: f\nlogsource: {product: aws}\nfilter: {rules: any, condition: s, s: {a: b}}\n",
        "no rule has its log source",
    ),
]


@pytest.mark.parametrize(("text", "reason"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_cannot_be_run_says_why(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str | bytes, reason: str
) -> None:
    (info,) = loaded(tmp_path, text).infos
    assert not info.live
    assert info.reason is not None
    assert reason in info.reason
    assert len(info.reason) < 1_000
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("depth", [1, 7, 12])
def test_nested_conditions_are_read_in_short_time(tmp_path: Path, depth: int) -> None:
    text = detection("one: {a: b}\ncondition: " + "(not " * depth + "one" + ")" * depth)
    assert loaded(tmp_path, text).infos[0].live


def test_plain_words_stay_words() -> None:
    ((value, _, _),) = documents(
        b"on: off\nyes: no\na: 0123\nb: 12:30\nc: 1e3\nd: ~\ne: 2024-01-01\nf: -5\ng: True\nh: .5"
    )
    assert value == {
        "on": "off", "yes": "no", "a": "0123", "b": "12:30", "c": 1000.0, "d": None, "e": "2024-01-01", "f": -5,
        "g": True, "h": 0.5,
    }  # fmt: skip


def test_a_number_of_any_length_is_no_trap() -> None:
    ((value, _, _),) = documents(b"a: " + b"9" * 50_000 + b"\nb: 1e999")
    assert value == {"a": "9" * 50_000, "b": "1e999"}
    with pytest.raises(BadYaml):
        documents(b"{" * 100)


def test_an_account_number_keeps_its_zero(tmp_path: Path) -> None:
    rules = loaded(tmp_path, RULE.replace("eventName: X", "recipientAccountId: 012345678901"))
    assert matches(rules, ID, {"recipientAccountId": "012345678901"})


def test_same_id_other_content_names_both(tmp_path: Path) -> None:
    loaded(tmp_path, RULE, "a.yml")
    first, second = loaded(tmp_path, RULE.replace("X", "Y"), "b.yml").infos
    assert first.live
    assert (second.live, second.rule) == (False, "b.yml")
    assert ID in (second.reason or "")
    assert "a.yml" in (second.reason or "")
    assert "different" in (second.reason or "")


def test_an_identical_copy_is_listed_as_one(tmp_path: Path) -> None:
    loaded(tmp_path, RULE, "a.yml")
    first, second = loaded(tmp_path, RULE, "b.yml").infos
    assert (first.live, second.live) == (True, False)
    assert "identical copy" in (second.reason or "")


def test_many_documents_in_one_file_have_digests_of_their_own(tmp_path: Path) -> None:
    other = RULE.replace(ID, OTHER).replace("title: t", "title: u")
    infos = loaded(tmp_path, f"---\n{RULE}---\n{other}---\n").infos
    assert [info.title for info in infos] == ["t", "u"]
    assert len({info.digest for info in infos}) == 2
    changed = loaded(tmp_path, f"---\n{RULE}---\n{other}level: high\n").infos
    assert [new.digest == old.digest for new, old in zip(changed, infos, strict=True)] == [True, False]


def test_what_lists_show(tmp_path: Path) -> None:
    text = RULE.replace("title: t", "title: A title\nlevel: high\ndescription: ' d '\nfalsepositives: [x, y]") + (
        "tags: [attack.initial-access, attack.T1078.004, attack.g0016, attack.s0002, cve.2020-1]\n"
    )
    (info,) = loaded(tmp_path, text).infos
    assert (info.rule, info.title, info.severity, info.sources) == (ID, "A title", "high", ("aws/cloudtrail",))
    assert (info.attack, info.tactics) == (("T1078.004",), ("initial-access",))
    assert (info.description, info.false_positives, info.findings) == ("d", ("x", "y"), True)
    assert loaded(tmp_path, RULE).infos[0].severity == "medium"


def test_a_filter_narrows_the_rules_it_names(tmp_path: Path) -> None:
    (tmp_path / "f.yml").write_text(
        "title: f\nlogsource: {product: aws}\n"
        f"filter: {{rules: [{ID}, {OTHER}], condition: not s, s: {{user: bot}}}}\n"
    )
    rules = loaded(tmp_path, RULE)
    assert matches(rules, ID, {"eventName": "X"})
    assert not matches(rules, ID, {"eventName": "X", "userIdentity": {"userName": "bot"}})
    (missing,) = [info for info in rules.infos if not info.live]
    assert missing.reason == f"filter: names the rule {OTHER}, which is not loaded"
    (tmp_path / "f.yml").unlink()
    assert load([tmp_path], own=False, cache=None).digest != rules.digest


def test_a_filter_of_any_rule_keeps_to_its_log_source(tmp_path: Path) -> None:
    (tmp_path / "f.yml").write_text(
        "title: f\nlogsource: {product: aws, service: other}\nfilter: {rules: any, condition: not s, s: {a: b}}\n"
    )
    rules = loaded(tmp_path, RULE)
    assert matches(rules, ID, {"eventName": "X", "a": "b"})
    assert [info.reason for info in rules.infos] == [None, "filter: no rule has its log source"]


def test_correlations_that_go_in_circles_fail(tmp_path: Path) -> None:
    one = f"title: c\nname: one\ncorrelation: {{type: temporal, rules: [two, {ID}], timespan: 5m}}\n"
    two = "title: c\nname: two\ncorrelation: {type: temporal, rules: [one], timespan: 5m}\n"
    three = "title: c\nname: three\ncorrelation: {type: temporal, rules: [two], timespan: 5m}\n"
    infos = loaded(tmp_path, f"{RULE}---\n{one}---\n{two}---\n{three}").infos
    assert [info.live for info in infos] == [True, False, False, False]
    assert all("correlates itself, or one that does" in (info.reason or "") for info in infos[1:])


def test_a_correlation_of_what_is_not_runnable_is_not(tmp_path: Path) -> None:
    rule = RULE.replace("condition: one", "condition: nobody")
    correlation = f"title: c\ncorrelation: {{type: temporal, rules: [{ID}], timespan: 5m}}\n"
    infos = loaded(tmp_path, f"{rule}---\n{correlation}").infos
    assert [info.live for info in infos] == [False, False]
    assert f"correlates {ID}, which is not runnable" in (infos[1].reason or "")


@pytest.mark.parametrize(("generate", "findings"), [("false", False), ("true", True)])
def test_base_rules_raise_findings_where_generate_says_so(tmp_path: Path, generate: str, *, findings: bool) -> None:
    correlation = f"title: c\ncorrelation: {{type: temporal, rules: [{ID}], timespan: 5m, generate: {generate}}}\n"
    infos = loaded(tmp_path, f"{RULE}---\n{correlation}").infos
    assert [info.findings for info in infos] == [findings, True]
    assert infos[1].sources == ("aws/cloudtrail",)


def test_a_subset_that_breaks_a_correlation_says_so(tmp_path: Path) -> None:
    correlation = f"title: c\nname: c\ncorrelation: {{type: temporal, rules: [{ID}], timespan: 5m}}\n"
    above = "title: d\ncorrelation: {type: temporal, rules: [c], timespan: 5m}\n"
    rules = loaded(tmp_path, f"{RULE}---\n{correlation}---\n{above}")
    assert [info.live for info in rules.infos] == [True, True, True]
    kept = rules.subset(lambda info: info.correlation)
    assert [info.live for info in kept.infos] == [False, False]
    assert f"the rule {ID} that it correlates was left out" in (kept.infos[0].reason or "")
    assert rules.subset(lambda _: True).digest == rules.digest


def test_odd_files_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "gone.yml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "notes.txt").write_text("no rule")
    rules = load([tmp_path, tmp_path / "missing.yml"], own=False, cache=None)
    assert [info.reason for info in rules.infos] == ["not a plain file", "not a plain file", "there is no such file"]


def test_the_cache_gives_the_same_rules_without_pysigma(tmp_path: Path, data_dir: Path) -> None:
    pack = data_dir / "sigmahq-cloud" / "rules" / "cloud" / "aws"
    fresh = load([pack], own=True, cache=None)
    assert load([pack], own=True, cache=tmp_path).digest == fresh.digest
    program = (
        "import sys; from pathlib import Path; from jumpkit.detect import load\n"
        "rules = load([Path(sys.argv[1])], own=True, cache=Path(sys.argv[2]))\n"
        "print(rules.digest, 'sigma' in sys.modules)"
    )
    done = subprocess.run(  # our own interpreter on our own words
        [sys.executable, "-c", program, str(pack), str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [fresh.digest, "False"]
    warm = load([pack], own=True, cache=tmp_path)
    assert warm.bodies == fresh.bodies


@pytest.mark.parametrize(
    "spoilt",
    [b"", b"\xff", b"[]", b"{}", b'{"compiler":1,"source":"x","check":"x","documents":[]}', b"[" * 100_000, None],
)
def test_a_spoilt_cache_is_built_anew(tmp_path: Path, spoilt: bytes | None) -> None:
    folder, cache = tmp_path / "pack", tmp_path / "cache"
    folder.mkdir()
    fresh = loaded(folder, RULE)
    load([folder], own=False, cache=cache)
    (kept,) = (cache / "rules").iterdir()
    sound = kept.read_bytes()
    kept.write_bytes(sound.replace(b'"x"', b'"y"') if spoilt is None else spoilt)
    assert load([folder], own=False, cache=cache).bodies == fresh.bodies
    assert json.loads(kept.read_bytes()) == json.loads(sound)


def test_a_cache_that_cannot_be_written_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where the folder should be")
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "r.yml").write_text(RULE)
    assert load([folder], own=False, cache=tmp_path / "blocked").infos[0].live


def test_sigmahq_loads_whole(data_dir: Path) -> None:
    pack = data_dir / "sigmahq-cloud"
    infos = load([pack], own=False, cache=None).infos
    assert len(infos) == len(list(pack.rglob("*.yml")))
    assert all(info.live != bool(info.reason) for info in infos)
    cloudtrail = [info for info in infos if "/rules/cloud/aws/" in info.path]
    assert (len(cloudtrail), sum(info.live for info in cloudtrail)) == (57, 57)
    kinds = Counter(
        "live" if info.live else (info.reason or "").split(",")[0].split("%")[0] for info in infos if "aws" in info.path
    )
    assert kinds == {
        "live": 58,
        "uses the old aggregation syntax (a pipe in the condition)": 7,
        "holds the placeholder ": 1,
    }


def test_our_own_pack_is_live() -> None:
    infos = load([], own=True, cache=None).infos
    assert [info.reason for info in infos if not info.live] == []
    assert all(info.own for info in infos)
    assert sum(not info.correlation for info in infos) >= 60
    assert sum(info.correlation for info in infos) >= 12
