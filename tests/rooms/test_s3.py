from __future__ import annotations

import builtins
import io
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSResponse
from command.emulator import emulator
from moto import mock_aws

from jumpkit.cloud.aws import door
from jumpkit.cloud.aws.door import Access
from jumpkit.cloud.aws.layout import Wanted
from jumpkit.cloud.aws.s3 import S3Options, list_objects, open_object
from jumpkit.collect import Limits, read, seal, walk
from jumpkit.kit.errors import BadUsage, Denied, Drifted, MissingExtra, NotFound, Unreachable
from jumpkit.model.artifact import Candidate, Chunk, Rejected, Sealed, Skipped
from jumpkit.store.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAIN = S3Options()
ONE, TWO = "111111111111", "222222222222"


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for cached in (door._client, door._session):  # noqa: SLF001 - each test has an Amazon of its own
        cached.cache_clear()
    yield
    for cached in (door._client, door._session):  # noqa: SLF001 - as above
        cached.cache_clear()


@pytest.fixture(name="s3")
def _s3() -> Iterator[Any]:
    with mock_aws():
        client = door.client("s3", Access())
        client.create_bucket(Bucket="evidence")
        yield client


def put(s3: Any, *keys: str, body: bytes = b'{"Records": []}') -> None:
    for key in keys:
        s3.put_object(Bucket="evidence", Key=key, Body=body)


def trail(account: str, region: str, day: str, name: str = "x.json.gz") -> str:
    return f"AWSLogs/{account}/CloudTrail/{region}/{day}/{name}"


def listed(url: str = "s3://evidence", options: S3Options = PLAIN) -> list[str]:
    return [item.name for item in list_objects(url, options) if isinstance(item, Candidate)]


def calls(s3: Any, operation: str) -> list[dict[str, Any]]:
    """Return a list that fills with the parameters of each such call."""
    seen: list[dict[str, Any]] = []
    s3.meta.events.register(
        f"provide-client-params.s3.{operation}",
        lambda params, **_: seen.append(dict(params)),
        unique_id=f"seen{operation}",
    )
    return seen


def answer(s3: Any, operation: str, status: int, code: str) -> None:
    """Let each such call be answered by this error."""
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()

    class Raw(io.BytesIO):
        def stream(self, **_: object) -> Iterator[bytes]:
            yield self.read()

    s3.meta.events.register_first(
        f"before-send.s3.{operation}", lambda request, **_: AWSResponse(request.url, status, {}, Raw(body))
    )


def test_objects_are_listed_by_key_page_by_page(s3: Any) -> None:
    keys = [f"in/{number:04}.json" for number in range(2100)]
    put(s3, *keys)
    pages = calls(s3, "ListObjectsV2")
    listing = list_objects("s3://evidence/in/", PLAIN)
    first = next(listing)
    assert isinstance(first, Candidate)
    assert (first.path, first.size, first.address) == (None, 15, "s3://evidence/in/0000.json")
    assert first.etag
    assert len(pages) == 1
    assert [first.name, *(item.name for item in listing if isinstance(item, Candidate))] == [
        f"s3://evidence/{key}" for key in keys
    ]
    assert len(pages) == 3


@pytest.mark.parametrize(
    "wanted", [Wanted(), Wanted(start=datetime(2020, 1, 1, tzinfo=UTC))], ids=["flat", "by folder"]
)
def test_a_listing_goes_on_where_it_was_left(s3: Any, wanted: Wanted) -> None:
    put(s3, *(trail(account, "eu-west-1", f"2023/07/{day:02}") for account in (ONE, TWO) for day in range(1, 6)))
    put(s3, "z.json", "AWSLogs-old.json", "AWSLogs")
    everything = listed(options=S3Options(wanted=wanted))
    assert len(everything) == 13
    for at, name in enumerate(everything):
        assert listed(options=S3Options(wanted=wanted, start_after=name)) == everything[at + 1 :]


def test_days_accounts_and_regions_that_were_not_asked_for_are_not_even_listed(s3: Any) -> None:
    keys = [
        trail(account, region, day)
        for account in (ONE, TWO)
        for region in ("eu-west-1", "us-east-1")
        for day in ("2022/12/31", "2023/06/30", "2023/07/01", "2023/07/02", "2023/07/03", "2023/07/04", "2023/08/01")
    ]
    put(s3, *keys, f"AWSLogs/{ONE}/CloudTrail-Digest/eu-west-1/2023/07/02/d.json.gz", "elsewhere/notes.json")
    wanted = Wanted(
        start=datetime(2023, 7, 1, 12, tzinfo=UTC),
        end=datetime(2023, 7, 2, 12, tzinfo=UTC),
        accounts=(ONE,),
        regions=("eu-west-1",),
    )
    prefixes = calls(s3, "ListObjectsV2")
    found = list(list_objects("s3://evidence", S3Options(wanted=wanted)))
    assert [item.name.removeprefix("s3://evidence/") for item in found if isinstance(item, Candidate)] == [
        f"AWSLogs/{ONE}/CloudTrail-Digest/eu-west-1/2023/07/02/d.json.gz",
        trail(ONE, "eu-west-1", "2023/07/01"),
        trail(ONE, "eu-west-1", "2023/07/02"),
        trail(ONE, "eu-west-1", "2023/07/03"),
        "elsewhere/notes.json",
    ]
    left_out = {item.path: item.reason for item in found if isinstance(item, Skipped)}
    assert left_out[f"s3://evidence/AWSLogs/{TWO}/"] == "an account that was not asked for"
    assert left_out[f"s3://evidence/AWSLogs/{ONE}/CloudTrail/us-east-1/"] == "a region that was not asked for"
    assert left_out[f"s3://evidence/AWSLogs/{ONE}/CloudTrail/eu-west-1/2022/"] == "days that were not asked for"
    assert not any(TWO in call["Prefix"] or "/2022" in call["Prefix"] for call in prefixes)


def test_a_prefix_within_the_layout_and_an_organization(s3: Any) -> None:
    keys = [f"pre/AWSLogs/o-abc123/{ONE}/CloudTrail/eu-west-1/2023/07/{day:02}/x.json.gz" for day in (1, 9)]
    put(s3, *keys)
    wanted = Wanted(end=datetime(2023, 7, 2, tzinfo=UTC))
    for url in (
        "s3://evidence/pre",
        "s3://evidence/pre/AWSLogs/",
        f"s3://evidence/pre/AWSLogs/o-abc123/{ONE}/CloudTrail/eu-west-1/2023/07/",
    ):
        assert listed(url, S3Options(wanted=wanted)) == [f"s3://evidence/{keys[0]}"]


def test_objects_are_sealed_and_read(s3: Any, tmp_path: Path) -> None:
    s3.put_bucket_versioning(Bucket="evidence", VersioningConfiguration={"Status": "Enabled"})
    put(s3, "a/\x1b[2J.json", "a/big.json", body=b'{"Records": []}' + b" " * (9 << 20))
    put(s3, "a/README.md", "a/folder/")
    put(s3, "a/empty.json", body=b"")
    found = list(walk(["s3://evidence/a/"], limits=Limits()))
    assert [type(item).__name__ for item in found] == ["Candidate", "Skipped", "Candidate", "Skipped"]
    for item in (found[0], found[2]):
        assert isinstance(item, Candidate)
        sealed = seal(item, Shelf(tmp_path), in_place=True)
        assert isinstance(sealed, Sealed)
        assert (sealed.in_place, sealed.etag, sealed.name) == (False, item.etag, item.name)
        assert sealed.version
        (chunk,) = read(sealed, Limits())
        assert isinstance(chunk, Chunk)
        assert len(chunk.data) == item.size
    assert isinstance(found[0], Candidate)
    assert found[0].name == "s3://evidence/a/\\x1b[2J.json"


def test_an_object_that_changed_since_it_was_listed_is_rejected(s3: Any, tmp_path: Path) -> None:
    put(s3, "a.json")
    (candidate,) = list_objects("s3://evidence", PLAIN)
    assert isinstance(candidate, Candidate)
    put(s3, "a.json", body=b"{}")
    with pytest.raises(Drifted):
        open_object(candidate, PLAIN)
    turned_away = seal(candidate, Shelf(tmp_path), in_place=False)
    assert isinstance(turned_away, Rejected)
    assert turned_away.kind == "changed"


def test_an_object_that_is_gone_or_archived_is_rejected(s3: Any, tmp_path: Path) -> None:
    put(s3, "a.json")
    (candidate,) = list_objects("s3://evidence", PLAIN)
    assert isinstance(candidate, Candidate)
    s3.delete_object(Bucket="evidence", Key="a.json")
    gone = seal(candidate, Shelf(tmp_path), in_place=False)
    answer(s3, "GetObject", 403, "InvalidObjectState")
    archived = seal(candidate, Shelf(tmp_path), in_place=False)
    for turned_away in (gone, archived):
        assert isinstance(turned_away, Rejected)
        assert turned_away.kind == "unreadable"
    assert isinstance(archived, Rejected)
    assert "archive" in archived.reason


@pytest.mark.parametrize("code", ["AccessDenied", "KMS.DisabledException", "KMS.NotFoundException", "403"])
def test_a_key_that_may_not_be_used_is_a_denial_by_name(s3: Any, tmp_path: Path, code: str) -> None:
    put(s3, "a.json")
    (candidate,) = list_objects("s3://evidence", PLAIN)
    assert isinstance(candidate, Candidate)
    answer(s3, "GetObject", 403, code)
    turned_away = seal(candidate, Shelf(tmp_path), in_place=False)
    assert isinstance(turned_away, Rejected)
    assert (turned_away.kind, turned_away.path) == ("denied", "s3://evidence/a.json")
    assert code in turned_away.reason


def test_a_listing_that_is_refused_is_never_nothing_found(s3: Any) -> None:
    answer(s3, "ListObjectsV2", 403, "AccessDenied")
    with pytest.raises(Denied) as caught:
        listed("s3://evidence/x/")
    assert caught.value.target == "s3://evidence/x/"


def test_a_busy_amazon_is_asked_again_and_then_said_to_be_unreachable(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    answer(s3, "ListObjectsV2", 503, "SlowDown")
    sent: list[object] = []
    s3.meta.events.register_first("before-send.s3.ListObjectsV2", lambda request, **_: sent.append(request))
    with pytest.raises(Unreachable):
        listed()
    assert len(sent) > 1


def test_a_bucket_that_does_not_exist(s3: Any) -> None:
    assert s3
    with pytest.raises(NotFound):
        listed("s3://no-such-bucket/")


@pytest.mark.parametrize("url", ["s3://", "s3:///x", "http://logs/x"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(BadUsage):
        listed(url)


def test_the_requester_pays_where_that_is_said(s3: Any) -> None:
    put(s3, "a.json")
    seen = [*[calls(s3, "ListObjectsV2")], *[calls(s3, "GetObject")]]
    options = S3Options(requester_pays=True)
    (candidate,) = list_objects("s3://evidence", options)
    assert isinstance(candidate, Candidate)
    open_object(candidate, options).read()
    assert [call["RequestPayer"] for made in seen for call in made] == ["requester", "requester"]


def test_a_role_is_assumed_with_its_external_id(s3: Any) -> None:
    put(s3, "a.json")
    asked: list[str] = []

    def remember(request: Any, **_: object) -> None:
        asked.append(request.body.decode() if isinstance(request.body, bytes) else str(request.body))

    access = Access(role_arn=f"arn:aws:iam::{ONE}:role/reader", external_id="shared-word")
    import botocore.session  # noqa: PLC0415 - only to listen to the session that is made below

    made = botocore.session.Session.create_client

    def listening(self: Any, *args: Any, **kwargs: Any) -> Any:
        client = made(self, *args, **kwargs)
        client.meta.events.register("before-send.sts.AssumeRole", remember)
        return client

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session.Session, "create_client", listening)
        assert listed(options=S3Options(access=access)) == ["s3://evidence/a.json"]
    assert len(asked) == 1
    assert "ExternalId=shared-word" in asked[0]
    assert "role%2Freader" in asked[0]


def test_a_connection_that_breaks_goes_on_where_it_broke(s3: Any) -> None:
    data = bytes(range(256)) * 40
    put(s3, "a.json", body=data)
    (candidate,) = list_objects("s3://evidence", PLAIN)
    assert isinstance(candidate, Candidate)
    asked = calls(s3, "GetObject")
    with open_object(candidate, PLAIN) as body:
        got = body.read(1000)

        class Broken:
            def read(self, _: int | None) -> bytes:
                from botocore.exceptions import ReadTimeoutError  # noqa: PLC0415 - the SDK is loaded late everywhere

                raise ReadTimeoutError(endpoint_url="s3")

            def close(self) -> None:
                pass

        body._body = Broken()  # noqa: SLF001 - a connection cannot be broken from outside
        while piece := body.read(1000):
            got += piece
    assert got == data
    assert [call.get("Range") for call in asked] == [None, "bytes=1000-"]


def test_without_the_sdk_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith(("boto3", "botocore")):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    for name in [name for name in sys.modules if name.partition(".")[0] == "boto3"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtra) as caught:
        listed()
    assert caught.value.hint == "pip install 'jumpkit[aws]'"


def test_without_credentials_it_is_a_denial(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(Denied):
        listed()


def test_an_endpoint_from_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with emulator() as at:
        monkeypatch.setenv("AWS_ENDPOINT_URL", at)
        client = door.client("s3", Access())
        client.create_bucket(Bucket="elsewhere")
        client.put_object(Bucket="elsewhere", Key="a.json", Body=b"{}")
        (item,) = walk(["s3://elsewhere"], limits=Limits())
        assert isinstance(item, Candidate)
        sealed = seal(item, Shelf(tmp_path), in_place=False)
        assert isinstance(sealed, Sealed)
        assert sealed.path.read_bytes() == b"{}"


def test_nobody_there_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with pytest.raises(Unreachable):
        listed()
