"""A vault is believed only after it refused what a vault must refuse; what is put there comes back byte for byte."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from command.emulator import emulator
from command.logs import quiet, write
from command.run import Json, copied, entries, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {"AWS_ACCESS_KEY_ID": "rootak", "AWS_SECRET_ACCESS_KEY": "rootsecretkey", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """Return a workspace, a bundle of its case, and the case."""
    folder = tmp_path_factory.mktemp("vault")
    home = folder / "home"
    case = triage(home, write(folder / "logs" / "one.json", *quiet(3)))["case"]
    jumpkit(home, "bundle", case, "-o", folder / "bag")
    return home, folder / "bag", case


@pytest.fixture
def moto() -> Iterator[dict[str, str]]:
    """Return how to reach a store that accepts a lock and lets it be shortened."""
    with emulator() as at:
        yield SECRETS | {"AWS_ENDPOINT_URL": at}


@pytest.fixture(scope="module")
def versity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return how to reach a store that enforces its locks."""
    binary = shutil.which("versitygw", path=f"{ROOT / 'build' / 'servers' / 'bin'}:{os.environ['PATH']}")
    if binary is None:
        pytest.skip("versitygw is not on this machine (make servers builds it, with Go)")
    folder = tmp_path_factory.mktemp("versity")
    places = {name: folder / name for name in ("iam", "versions", "data")}
    for place in places.values():
        place.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = [binary, "--port", f"127.0.0.1:{port}", "--iam-dir", str(places["iam"])]
    said += ["posix", "--versioning-dir", str(places["versions"]), str(places["data"])]
    keys = {"ROOT_ACCESS_KEY": "rootak", "ROOT_SECRET_KEY": "rootsecretkey", "PATH": os.environ["PATH"]}
    with (folder / "log").open("wb") as log, subprocess.Popen(said, env=keys, stdout=log, stderr=log) as server:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert server.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < deadline, "versitygw did not come up"
                time.sleep(0.05)
        yield SECRETS | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
        server.terminate()


def client(where: dict[str, str]) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=where["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="rootak",
        aws_secret_access_key="rootsecretkey",  # noqa: S106 - of a server that a test started
    )


def claims(told: Json) -> dict[str, bool]:
    return {claim["claim"]: claim["held"] for claim in told["claims"]}


def test_a_store_that_ignores_its_lock_is_refused(
    made: tuple[Path, Path, str], tmp_path: Path, moto: dict[str, str]
) -> None:
    home = copied(made[0], tmp_path / "home")
    client(moto).create_bucket(Bucket="evidence", ObjectLockEnabledForBucket=True)
    told = jumpkit(home, "vault", "check", "s3://evidence/cases", "--json", code=1, **moto).one()
    assert told["rating"] == "fails"
    assert claims(told)["shortening a retention is refused"] is False
    done = jumpkit(home, "vault", "put", made[1], "s3://evidence/cases", "--json", code=4, **moto)
    assert "is no vault" in done.one()["error"]["message"]
    listed = client(moto).list_objects_v2(Bucket="evidence").get("Contents", [])
    assert all("trial-" in item["Key"] for item in listed)


def test_versions_alone_are_weak_and_nothing_fails(
    made: tuple[Path, Path, str], tmp_path: Path, moto: dict[str, str]
) -> None:
    home = copied(made[0], tmp_path / "home")
    s3 = client(moto)
    s3.create_bucket(Bucket="plain")
    told = jumpkit(home, "vault", "check", "s3://plain", "--json", code=1, **moto).one()
    assert told["rating"] == "fails"
    s3.put_bucket_versioning(Bucket="plain", VersioningConfiguration={"Status": "Enabled"})
    told = jumpkit(home, "vault", "check", "s3://plain", "--json", code=1, **moto).one()
    assert told["rating"] == "weak"


def test_a_store_that_enforces_keeps_a_bundle(
    made: tuple[Path, Path, str], tmp_path: Path, versity: dict[str, str]
) -> None:
    """P-39: overwriting, deleting and shortening are refused; what comes back has the hashes that went in."""
    home, bag, case = copied(made[0], tmp_path / "home"), made[1], made[2]
    s3 = client(versity)
    s3.create_bucket(Bucket="worm", ObjectLockEnabledForBucket=True)
    told = jumpkit(home, "vault", "check", "s3://worm/cases", "--json", **versity).one()
    assert told["rating"] == "satisfies"
    assert set(claims(told).values()) == {True}
    put = jumpkit(home, "vault", "put", bag, "s3://worm/cases", "--days", "2", "--json", **versity).one()
    assert put["files"] == len([path for path in bag.rglob("*") if path.is_file()])
    item = put["items"][0]
    with pytest.raises(s3.exceptions.ClientError):
        s3.delete_object(Bucket="worm", Key=item["key"], VersionId=item["version"])
    again = jumpkit(home, "vault", "put", bag, "s3://worm/cases", "--days", "1", "--json", **versity).one()
    assert [each["version"] for each in again["items"]] == [each["version"] for each in put["items"]]
    longer = jumpkit(home, "vault", "put", bag, "s3://worm/cases", "--days", "5", "--json", **versity).one()
    assert all(each["until"] >= longer["until"] > put["until"] for each in longer["items"])
    back = tmp_path / "back"
    for each in put["items"]:
        path = back / each["key"].split("/", 2)[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        s3.download_file("worm", each["key"], str(path))
    assert jumpkit(home, "verify", back, "--json").one()["intact"]
    moved = [line for line in entries(home, case) if line["kind"] == "item.transferred"]
    assert len(moved) == 3
    assert moved[0]["body"]["items"][0]["request_id"] != "None"


def test_a_folder_is_weak_and_says_so(
    made: tuple[Path, Path, str], tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    home = copied(made[0], tmp_path / "home")
    put = jumpkit(home, "vault", "put", made[1], tmp_path / "safe", "--json").one()
    assert put["rating"] == "weak"
    assert put["until"] is None
    assert jumpkit(home, "verify", tmp_path / "safe" / put["name"], "--json").one()["intact"]
    assert jumpkit(home, "vault", "put", made[1], tmp_path / "safe", "--json", code=4).one()["error"]
    # a workspace that does not hold the case enters the transfer all the same
    other = warm(tmp_path / "other")
    assert jumpkit(other, "vault", "put", made[1], tmp_path / "second", "--json").one()["case"] == made[2]
