"""A bundle is checked by a shell and openssl alone; whatever is changed in it is named, by the script and by us."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command.bag import BARE, assert_caught, covered_up, names, script
from command.logs import quiet, write
from command.run import Json, copied, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Bundle:
    """A bundle, what was said of it, and the workspace it came from."""

    path: Path
    told: Json
    home: Path


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("bundle")
    home = folder / "home"
    logs = folder / "logs"
    write(logs / "one.json", *quiet(3))
    case = triage(home, logs)["case"]
    write(logs / "=two, with a name.json", *quiet(5))
    triage(home, logs, "--case", case)
    told = jumpkit(home, "bundle", case, "-o", folder / "bag", "--json").one()
    return Bundle(folder / "bag", told, home)


def ours(bag: Path, home: Path, *said: str) -> Json:
    return jumpkit(home, "verify", bag, "--json", *said, code=None).one()


def test_the_bundle_is_intact_by_shell_alone_and_by_ours(bundle: Bundle, tmp_path: Path) -> None:
    code, said = script(bundle.path)
    assert code == 0, said
    assert said.startswith("INTACT: 2 items")
    assert bundle.told["key"] in said
    assert "no timestamp" in said
    assert script(bundle.path, bundle.told["key"])[0] == 0
    code, said = script(bundle.path, "ed25519:" + "0" * 64)
    assert code == 1
    assert "not the one you named" in said
    body = ours(bundle.path, bundle.home, "--key", bundle.told["key"])
    assert body["intact"]
    assert body["key"] == {"fingerprint": bundle.told["key"], "pinned": True}
    assert body["checked"]["artifacts"] == bundle.told["items"] == 2
    moved = copied(bundle.path, tmp_path / "elsewhere" / "a bag")
    shutil.rmtree(tmp_path / "home", ignore_errors=True)
    assert script(moved)[0] == 0


def test_the_script_is_the_one_that_was_told(bundle: Bundle) -> None:
    found = hashlib.sha256((bundle.path / "custody" / "verify.sh").read_bytes()).hexdigest()
    assert found == bundle.told["verify_sh"]
    assert f'"custody/verify.sh":"{found}"' in (bundle.path / "custody" / "log.jsonl").read_text()


def test_every_change_is_named(bundle: Bundle, tmp_path: Path) -> None:
    assert_caught(bundle.path, tmp_path)


def test_what_does_not_belong_is_named(bundle: Bundle, tmp_path: Path) -> None:
    for name in ("custody/extra", "data/artifacts/extra", "extra.txt", "custody/checkpoint.tsr"):
        bag = copied(bundle.path, tmp_path / name.replace("/", "-") / "bag")
        (bag / name).write_bytes(b"more")
        for cover in (False, True):
            if cover:
                covered_up(bag)
            code, said = script(bag)
            assert code == 1, said
            if not cover:
                assert name in said


def test_a_tool_that_is_missing_is_named(bundle: Bundle, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for folder in BARE["PATH"].split(":"):
        for path in Path(folder).iterdir():
            if path.name != "openssl" and not (tools / path.name).exists():
                (tools / path.name).symlink_to(path)
    code, said = script(bundle.path, PATH=str(tools))
    assert code == 2
    assert "openssl is missing" in said


def test_a_bundle_is_not_written_over_anything(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "note").write_text("mine")
    done = jumpkit(bundle.home, "bundle", "-o", tmp_path / "taken", "--json", code=2)
    assert done.one()["error"]["target"] == str(tmp_path / "taken")
    assert names(tmp_path / "taken") == ["note"]


def test_a_changed_original_makes_no_bundle(bundle: Bundle, tmp_path: Path) -> None:
    home = copied(bundle.home, tmp_path / "home")
    sealed = next(path for path in (home / "shelf").rglob("*") if path.is_file())
    sealed.chmod(0o600)
    sealed.write_bytes(sealed.read_bytes() + b" ")
    done = jumpkit(home, "bundle", "-o", tmp_path / "bag", "--json", code=1)
    assert done.one()["error"]["kind"] == "tampered"
    assert not (tmp_path / "bag").exists()
    assert not (tmp_path / "bag.part").exists()


@pytest.fixture
def tsa(tmp_path: Path) -> Iterator[str]:
    """Return the URL of a time-stamping authority: openssl behind a small server."""
    made = authority(tmp_path / "tsa")
    lock = threading.Lock()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = tmp_path / "query"
            with lock:
                query.write_bytes(self.rfile.read(int(self.headers["content-length"])))
                said = [*made, "-queryfile", str(query)]
                reply = subprocess.run(said, capture_output=True, check=True, cwd=tmp_path / "tsa").stdout
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = test
[root]
basicConstraints = critical,CA:TRUE
[signer]
extendedKeyUsage = critical,timeStamping
[tsa]
serial = serial
signer_cert = signer.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256,sha384,sha512
ess_cert_id_alg = sha256
"""


def authority(folder: Path) -> list[str]:
    folder.mkdir()
    (folder / "c.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")
    key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config c.cnf"
    for said in (
        f"req -x509 {key} -keyout root.key -out root.pem -days 30 -subj /CN=Root -extensions root",
        f"req -new {key} -keyout signer.key -out signer.csr -subj /CN=Signer",
        (
            "x509 -req -in signer.csr -CA root.pem -CAkey root.key -CAcreateserial -out signer.pem -days 30 "
            "-extfile c.cnf -extensions signer"
        ),
    ):
        subprocess.run(["openssl", *said.split()], cwd=folder, check=True, capture_output=True)
    return ["openssl", "ts", "-reply", "-config", "c.cnf", "-section", "tsa"]


def test_a_time_stamp_is_checked_by_the_script(bundle: Bundle, tmp_path: Path, tsa: str) -> None:
    home = copied(bundle.home, tmp_path / "home")
    where = {"JUMPKIT_TSA": tsa, "JUMPKIT_TSA_ROOTS": str(tmp_path / "tsa" / "root.pem")}
    told = jumpkit(home, "bundle", "-o", tmp_path / "bag", "--json", **where).one()
    assert told["timestamp"].endswith("Z")
    code, said = script(tmp_path / "bag")
    assert code == 0, said
    assert "timestamp (RFC 3161)" in said
    token = tmp_path / "bag" / "custody" / "checkpoint.tsr"
    token.write_bytes((data := token.read_bytes())[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    covered_up(tmp_path / "bag")
    code, said = script(tmp_path / "bag")
    assert code == 1
    assert "checkpoint.tsr" in said


def test_an_authority_that_does_not_answer_is_said(bundle: Bundle, tmp_path: Path) -> None:
    home = copied(bundle.home, tmp_path / "home")
    authority(tmp_path / "tsa")
    where = {"JUMPKIT_TSA": "http://127.0.0.1:9", "JUMPKIT_TSA_ROOTS": str(tmp_path / "tsa" / "root.pem")}
    told = jumpkit(home, "bundle", "-o", tmp_path / "bag", "--json", code=1, **where).one()
    assert told["timestamp"] is None
    assert "does not answer" in told["timestamp_because"]
    assert script(tmp_path / "bag")[0] == 0
