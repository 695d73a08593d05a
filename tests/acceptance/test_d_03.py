from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import stix2
from command.logs import at, call, quiet, session, user, write
from command.run import Json, assert_intact, copied, entries, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

IN, OUT = "2026-03-01", "2026-04-01"
LIST = f"""type,value,from,to,source,tlp
ip,192.0.2.44,{IN},{OUT},circle,amber
cidr,192.0.2.128/25,{IN},{OUT},circle,
access-key,AKIAGONEAAAAAAAAAAAA,,,circle,red
arn,arn:aws:iam::999988887777:role/drop,,,circle,
ami,ami-0bad0bad0bad0bad0,,,circle,
bucket,loot-bucket,,,circle,
user-agent,evil-tool/%,,,circle,
ip,198.51.100.7,2020-01-01,2021-01-01,expired,
ip,203.0.113.5,2027-01-01,,early,
ip,10.0.0.0/8,,,careless,
domain,amazonaws.com,,,careless,
mutex,thing,,,careless,
"""
LOGIN = "t0"
SEVEN = sorted(
    [
        *("192.0.2.44", "192.0.2.128/25", "AKIAGONEAAAAAAAAAAAA", "ami-0bad0bad0bad0bad0", "loot-bucket"),
        *("arn:aws:iam::999988887777:role/drop", "evil-tool/%"),
    ]
)


def told(home: Path, *said: str, code: int = 0) -> Json:
    body = jumpkit(home, "intel", *said, "--json", code=code).one()
    kind = body["schema"].partition("/")[0]
    jsonschema.validate(body, jumpkit(None, "schema", kind, "--json").one())
    return body


def attack() -> list[Json]:
    eve = user("eve")
    return [
        call("iam", "ListUsers", eve, at(30), sourceIPAddress="192.0.2.44"),
        call("iam", "ListRoles", eve, at(31), sourceIPAddress="192.0.2.200"),
        call("iam", "UpdateAccessKey", eve, at(32), requestParameters={"accessKeyId": "AKIAGONEAAAAAAAAAAAA"}),
        call("sts", "AssumeRole", eve, at(33), requestParameters={"roleArn": "arn:aws:iam::999988887777:role/drop"}),
        call("ec2", "RunInstances", eve, at(34), requestParameters={"imageId": "ami-0bad0bad0bad0bad0"}),
        call("s3", "PutBucketReplication", eve, at(35), requestParameters={"bucketName": "loot-bucket"}),
        call("ec2", "DescribeImages", eve, at(36), userAgent="evil-tool/3"),
        call("ec2", "DescribeVpcs", eve, at(37), sourceIPAddress="203.0.113.5"),
    ]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> tuple[Path, Json, Json]:
    """Return a workspace that knew seven indicators of an intruder before it read the logs, and what it said."""
    folder = tmp_path_factory.mktemp("intel")
    home = warm(folder / "home")
    (folder / "list.csv").write_text(LIST, "utf-8")
    taken = told(home, "import", str(folder / "list.csv"))
    return home, taken, triage(home, write(folder / "logs" / "a.json", *quiet(60), *attack()))


def test_the_seven_are_found_live_and_what_has_expired_is_not(seeded: tuple[Path, Json, Json]) -> None:
    """D-03: seven seeded hits are found; expired and early ones do not match and are counted."""
    home, _, answer = seeded
    found = told(home, "match", "--retro")
    assert sorted(item["name"].partition(" ")[2] for item in found["items"]) == SEVEN
    assert [item["uid"] for item in answer["intel"]["items"]] == [item["uid"] for item in found["items"]]
    (expired, early) = sorted(found["outside_validity"], key=lambda item: str(item["source"]), reverse=True)
    assert (expired["after"] > 0, expired["before"]) == (True, 0)
    assert (early["before"], early["after"]) == (1, 0)
    assert all(item["events"] and item["count"] == 1 for item in found["items"])
    assert any("DNS" in limit["because"] for limit in found["limits"])


def test_source_marking_and_findings_are_kept(seeded: tuple[Path, Json, Json]) -> None:
    """D-03: each match names source, TLP, where it stood, and which findings rest on the same events."""
    home, _, answer = seeded
    item = next(item for item in told(home, "match")["items"] if "192.0.2.44" in item["name"])
    assert (item["source"], item["tlp"], item["fields"]) == ("circle", "amber", ["src_endpoint.ip"])
    known = {finding["finding"] for finding in answer["findings"]}
    assert set(item["findings"]) <= known
    agent = next(each for each in told(home, "match")["items"] if "evil" in each["name"])
    assert jumpkit(home, "show", agent["events"][0], "--json").one()["raw"]["userAgent"] == "evil-tool/3"


def test_false_friends_and_strangers_are_named(seeded: tuple[Path, Json, Json]) -> None:
    """D-03: what cannot be looked for is counted with its reason."""
    home, taken, _ = seeded
    (item,) = taken["items"]
    assert (item["indicators"], item["refused"], item["not_runnable"], item["expired"]) == (12, 2, 1, 3)
    why = {each["name"]: each["why"] for each in taken["not_runnable"]}
    assert "10.0.0.0/8" in why["ip 10.0.0.0/8"]
    assert "provider" in why["domain amazonaws.com"]
    assert len(told(home, "list")["items"]) == 12
    assert "refused" in jumpkit(home, "intel", "list").out


def test_lists_are_vouched_for_and_a_new_one_looks_backwards(seeded: tuple[Path, Json, Json], tmp_path: Path) -> None:
    """D-03: an indicator that arrives later is looked for in what was stored before; the same list is taken in once."""
    home = copied(seeded[0], tmp_path / "home")
    late = tmp_path / "late.json"
    pattern = "[domain-name:value = 'nowhere.example'] OR [ipv4-addr:value = '203.0.113.5']"
    both = "[ipv4-addr:value = '192.0.2.44' AND user-account:user_id = 'arn:aws:iam::111122223333:user/eve']"
    neither = "[ipv4-addr:value = '192.0.2.44' AND user-account:user_id = 'arn:aws:iam::111122223333:user/asha']"
    made = [
        stix2.Indicator(name=name, pattern=text, pattern_type="stix", valid_from="2026-01-01T00:00:00Z")
        for name, text in (("one of two", pattern), ("both", both), ("not both", neither))
    ]
    late.write_text(str(stix2.Bundle(*made).serialize()), "utf-8")
    told(home, "import", str(late))
    assert told(home, "import", str(late))["items"][0]["known"] is True
    names = {item["name"] for item in told(home, "match", "--retro")["items"]}
    assert {"one of two", "both"} <= names
    assert "not both" not in names
    assert_intact(home)
    assert [line["kind"] for line in entries(home, "workspace")].count("intel.imported") == 2
    min((home / "intel").iterdir()).write_bytes(b"x")
    assert jumpkit(home, "verify", code=1)


def test_without_retro_only_the_last_run_is_looked_at(seeded: tuple[Path, Json, Json], tmp_path: Path) -> None:
    home = copied(seeded[0], tmp_path / "home")
    more = write(tmp_path / "more" / "b.json", call("s3", "ListBuckets", session("r", "ASIAAAAAAAAAAAAAAAA1"), at(90)))
    answer = triage(home, more, "--case", seeded[2]["case"])
    assert answer["intel"]["items"] == []
    found = told(home, "match", seeded[2]["case"])
    assert found["items"] == []
    assert any("--retro" in limit["because"] for limit in found["limits"])
    assert len(told(home, "match", seeded[2]["case"], "--retro")["items"]) == 7


class _Taxii(BaseHTTPRequestHandler):
    """A collection of two pages."""

    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        type(self).asked.append((self.path, self.headers.get("Authorization")))
        last = "next=2" in self.path
        value = "192.0.2.44" if last else "192.0.2.45"
        item = stix2.Indicator(
            pattern=f"[ipv4-addr:value = '{value}']", pattern_type="stix", valid_from="2026-01-01T00:00:00Z"
        )
        body: dict[str, Any] = {"objects": [json.loads(item.serialize())], "more": not last}
        data = json.dumps(body if last else body | {"next": "2"}).encode()
        self.send_response(200 if self.headers.get("Authorization") else 401)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    _Taxii.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Taxii) as held:
        threading.Thread(target=held.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{held.server_port}/api1/collections/c1/"
        held.shutdown()


def test_a_taxii_collection_is_read_page_by_page(server: str, tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    done = jumpkit(home, "intel", "import", server, "--json", JUMPKIT_TAXII_TOKEN=LOGIN)
    assert done.one()["items"][0]["indicators"] == 2
    assert [path.partition("?")[2] for path, _ in _Taxii.asked] == ["limit=1000", "limit=1000&next=2"]
    assert {header for _, header in _Taxii.asked} == {"Bearer t0"}
    assert jumpkit(home, "intel", "import", server, "--json", code=3).one()["error"]["kind"] == "denied"
    refused = jumpkit(home, "intel", "import", "http://taxii.example/a/collections/b/", "--json", code=4).one()
    assert refused["error"]["kind"] == "refused"
