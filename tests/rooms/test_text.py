"""Text that others wrote: what it must look like before it is shown, and which parts of it are secret."""

from __future__ import annotations

import json
import shlex
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jumpkit.kit import text

SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 -- the provider's own example
SESSION = "IQoJb3JpZ2luX2VjE" + "Ab9" * 40
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\nabc\n-----END RSA PRIVATE KEY-----"

SECRETS = [
    ({"secretAccessKey": SECRET_KEY}, SECRET_KEY),
    ({"credentials": {"sessionToken": SESSION, "accessKeyId": "ASIAQQQQEXAMPLE00000"}}, SESSION),
    ({"masterUserPassword": "hunter22"}, "hunter22"),
    ({"MasterUserPassword": "hunter22"}, "hunter22"),
    ({"newPassword": ["hunter22"]}, "hunter22"),
    ({"userData": "IyEvYmluL3No"}, "IyEvYmluL3No"),
    ({"userData": {"value": "IyEvYmluL3No"}}, "IyEvYmluL3No"),
    ({"instancesSet": {"items": [{"userData": "IyEvYmluL3No"}]}}, "IyEvYmluL3No"),
    ({"AuthorizationToken": "abc123def"}, "abc123def"),
    ({"clientSecret": "abc123def"}, "abc123def"),
    ({"client_secret": 12345678}, "12345678"),
    ({"SecretString": '{"password":"hunter22"}'}, "hunter22"),
    ({"secretBinary": "aHVudGVyMjI="}, "aHVudGVyMjI="),
    ({"Plaintext": "aHVudGVyMjI="}, "aHVudGVyMjI="),
    ({"privateKeyPlaintext": "aHVudGVyMjI="}, "aHVudGVyMjI="),
    ({"keyMaterial": PEM}, "MIIEowIBAAKCAQEA7"),
    ({"note": PEM}, "MIIEowIBAAKCAQEA7"),
    ({"note": PEM[:50]}, "MIIEowIBAAKCAQEA7"),
    ({"environment": [{"name": "DB_PASSWORD", "value": "hunter22"}]}, "hunter22"),
    ({"parameters": [{"parameterKey": "DbPassword", "parameterValue": "hunter22"}]}, "hunter22"),
    ({"name": "/prod/db", "type": "SecureString", "value": "hunter22"}, "hunter22"),
    ({"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "k": SECRET_KEY}, SECRET_KEY),
    ({"data": json.dumps({"a": [{"sessionToken": SESSION}]})}, SESSION),
    ({"commands": ["mysql --password hunter22 -h db"]}, "hunter22"),
    ({"commands": ["export DB_PASSWORD=hunter22; run"]}, "hunter22"),
    ({"commands": [f"aws configure: AKIAIOSFODNN7EXAMPLE {SECRET_KEY}"]}, SECRET_KEY),
    ({"header": "Authorization: Bearer abcdefgh12345678"}, "abcdefgh12345678"),
    ({"header": "Basic dXNlcjpodW50ZXIyMmFi"}, "dXNlcjpodW50ZXIyMmFi"),
    ({"url": "https://user:hunter22@example.com/"}, "hunter22"),
    ({"url": "https://b.example/?X-Amz-Signature=abcdef0123456789"}, "abcdef0123456789"),
    ({"jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"}, "c2lnbmF0dXJl"),
    ({"t": "ghp_abcdefghijklmnopqrstuvwxyz0123456789"}, "abcdefghijklmnop"),
    ({"broken": '{"password": "my pass phrase", '}, "phrase"),
    ({"broken": '{\\"password\\": \\"my pass phrase\\", '}, "phrase"),
]
KEPT = [
    {"accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
    {"nextToken": "abcdef", "clientToken": "1234"},
    {"passwordResetRequired": True, "password": None},
    {"secret": "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-AbCdEf"},
    {"secretId": "prod/billing/db"},
    {"password": "***"},
    {"userData": "<sensitiveDataRemoved>"},
    {"sha1": "0123456789abcdef0123456789abcdef01234567", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
    {"command": "aws secretsmanager rotate-secret --secret-id prod/db"},
    {"message": "User is not authorized to perform: iam:UpdateLoginProfile"},
    {"data": '{"b": 1, "a":  2}'},
    {"number": 12, "flag": False, "list": [1, None]},
]
HOSTILE = [
    "\x1b[2J",
    "\x9b31m",
    "a\u202eb",
    "a\u200bb",
    "a\u2028b",
    "a\x00b",
    "\ud800",
    "\ufeffa",
    "\U000e0041",
    "\r\n",
    "\u2066",
]


@pytest.mark.parametrize(("value", "secret"), SECRETS)
def test_masks_what_is_secret(value: object, secret: str) -> None:
    assert secret in json.dumps(value).replace("\\\\", "\\") or secret in str(value) or len(str(value)) < 80
    masked = json.dumps(text.mask(value))
    assert secret not in masked
    assert text.MASK in masked


@pytest.mark.parametrize("value", KEPT)
def test_leaves_what_is_no_secret(value: object) -> None:
    assert text.mask(value) == value


def test_masks_text_that_is_json_and_leaves_other_json_byte_for_byte() -> None:
    assert text.mask_text('{"password":"x y","n":1}') == '{"password":"[masked]","n":1}'
    assert text.mask_text('{ "n" : 1 }') == '{ "n" : 1 }'


def test_what_is_nested_too_deep_to_be_looked_through_is_not_shown() -> None:
    value: object = {"password": "hunter22"}
    for _ in range(200):
        value = [value]
    assert "hunter22" not in json.dumps(text.mask(value))
    assert "hunter22" not in text.mask_text("[" * 5000 + '{"password":"hunter22"}' + "]" * 5000)


def test_masking_twice_changes_nothing_more() -> None:
    for value, _ in SECRETS:
        once = text.mask(value)
        assert text.mask(once) == once


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hidden_characters_become_visible(hostile: str) -> None:
    shown = text.printable(hostile)
    assert shown.isprintable()
    assert "\\" in shown


@given(st.text(alphabet=st.characters(codec=None)))
def test_printable_never_leaves_a_control_or_unpaired_character(value: str) -> None:
    shown = text.printable(value)
    shown.encode("utf-8")
    assert not any(ord(char) < 32 or 0x7F <= ord(char) <= 0x9F for char in shown)


def test_clip_says_how_long_it_was() -> None:
    assert text.clip("a" * 1_000_000, 10) == "aaaaaaaaaa… (cut, 1,000,000 characters in all)"
    assert text.clip("short", 10) == "short"


FORMULAS = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\uff1d1", "\x00=1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_begins_as_a_formula(cell: str) -> None:
    made = text.csv_cell(cell)
    assert made.startswith("'")
    assert made.isprintable()


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_shell_words_come_back_as_they_were_shown(word: str) -> None:
    assert shlex.split(text.shell(["x", word])) == ["x", text.printable(word)]
    line = text.shell([word])
    assert "\n" not in line


def test_double_quotes_hold_only_what_a_shell_leaves_alone() -> None:
    for char in string.printable:
        line = text.shell(["'" + char])
        if line.startswith('"'):
            assert char not in '$`"\\!'


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_markdown_lets_no_markup_out(value: str) -> None:
    made = text.markdown(value)
    assert "<" not in made
    assert "\n" not in made
    bare = made.replace("\\\\", "")
    for mark in "`*_[]|~":
        assert mark not in bare.replace("\\" + mark, "")


@given(st.text(alphabet="a`|", max_size=12))
def test_a_code_span_is_closed_by_its_own_fence_only(value: str) -> None:
    made = text.code_span(value)
    fence = len(made) - len(made.lstrip("`"))
    assert "`" * fence not in made[fence:-fence].strip("` ") or value.strip("`") == ""


def test_sql_text_cannot_be_left() -> None:
    assert text.sql_text("x' OR '1'='1") == "'x'' OR ''1''=''1'"
