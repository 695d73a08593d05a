"""Secrets that log records carry, found by name and by form and masked; identifiers stay readable."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

MASK = "[masked]"
_DEEPEST = 40
_JSON = "{["  # what it begins with, where it is looked through
_SHORT = 256  # characters of a text whose masked form is remembered
_BY_NAME = frozenset(
    [
        "authorization",
        "authorizationtoken",
        "authparameters",
        "connectionstring",
        "cookie",
        "keymaterial",
        "plaintext",
        "presharedkey",
        "pwd",
        "samlassertion",
        "secretbinary",
        "secretstring",
        "setcookie",
        "signature",
        "token",
        "tokencode",
        "userdata",
        "xamzsignature",
    ]
)
_BY_ENDING = (
    "accesstoken",
    "apikey",
    "passphrase",
    "passwd",
    "password",
    "plaintext",
    "privatekey",
    "secret",
    "secretaccesskey",
    "secretkey",
    "securitytoken",
    "token",
    "userdata",
)
_HARMLESS = frozenset(  # tokens that page through lists or make calls idempotent
    [
        "callertoken",
        "changetoken",
        "clientrequesttoken",
        "clienttoken",
        "continuationtoken",
        "creationtoken",
        "idempotencytoken",
        "locktoken",
        "nextbackwardtoken",
        "nextcontinuationtoken",
        "nextforwardtoken",
        "nextpagetoken",
        "nextsequencetoken",
        "nexttoken",
        "pagetoken",
        "paginationtoken",
        "requesttoken",
        "sequencetoken",
        "startingtoken",
        "synctoken",
        "uploadsequencetoken",
    ]
)
_NAME_FIELDS = frozenset({"key", "name", "parameterkey", "parametername", "variable"})
_VALUE_FIELDS = frozenset({"parametervalue", "value", "values"})
_NAME, _TYPE = 1, 2  # what a field's text says of its neighbors: a name, a type
_KEY_BEGINS = ("AKIA", "ASIA")
_KEY_ID = re.compile(r"\bA(?:KIA|SIA)[A-Z0-9]{16}\b")
_SECRET_KEY = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_WORDS = (
    r"password|passwd|passphrase|pwd|secret[_-]?access[_-]?key|secret[_-]?key|session[_-]?token|security[_-]?token"
    r"|client[_-]?secret|private[_-]?key|api[_-]?key|access[_-]?token|refresh[_-]?token|auth[_-]?token"
    r"|authorization[_-]?token|x-amz-signature|secret[_-]?string|user[_-]?data|_secret|_token|plaintext"
)
_VALUE = r"""(?!["'\\]*\[masked\])(?:\\*"[^"\\]*\\*"|'[^']*'|[^\s"'\\&,;]+)"""  # what is masked already stays so
# One of these is in each of _WORDS. None has an i: what ignores case takes a dotless one for it, casefold() does not.
_HINTS = ("pas", "pwd", "secret", "token", "key", "nature", "data", "pla")
_FORMS = (  # words without which the form cannot occur (folded if it ignores case), it, what stays, whether it does
    (
        ("-----BEGIN ",),
        re.compile(
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        0,
        False,
    ),
    (("earer",), re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}"), 1, True),
    (("bas",), re.compile(r"(?i)\b(basic\s+)[A-Za-z0-9+/]{16,}={0,2}"), 1, True),
    (_HINTS, re.compile(rf"(?i)((?:{_WORDS})\\*[\"']?\s{{0,8}}[=:]\s{{0,8}}){_VALUE}"), 1, True),
    (_HINTS, re.compile(rf"(?i)((?<!\S)--?(?:{_WORDS}|secret|token)\s+){_VALUE}"), 1, True),
    (("IQoJ", "FwoG", "FQoG", "AQo"), re.compile(r"\b(?:IQoJ|FwoG|FQoG|AQoD|AQoE)[A-Za-z0-9/+=%]{60,}"), 0, False),
    (("eyJ",), re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"), 0, False),
    (("gh", "github_pat_"), re.compile(r"\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}"), 0, False),
    (("xox",), re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"), 0, False),
    (("://",), re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,200}:)[^\s/@]{1,200}(?=@)"), 1, False),
)


@lru_cache(maxsize=8192)
def secret_name(name: str) -> bool:
    """Return whether a field of this name holds a secret.

    >>> secret_name("masterUserPassword"), secret_name("accessKeyId"), secret_name("nextToken")
    (True, False, False)
    """
    squeezed = re.sub("[^a-z0-9]", "", name[:200].lower())
    if squeezed in _HARMLESS:
        return False
    return squeezed in _BY_NAME or squeezed.endswith(_BY_ENDING)


def mask(value: Any) -> Any:
    """Return a copy of a JSON value with every secret in it replaced; JSON inside strings is looked through too.

    >>> mask({"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "secretAccessKey": "x"})
    {'accessKeyId': 'AKIAIOSFODNN7EXAMPLE', 'secretAccessKey': '[masked]'}
    """
    return _mask(value, 0)


def mask_text(text: str) -> str:
    """Return `text` with every secret in it replaced: by its JSON where it is JSON, by its form everywhere.

    >>> mask_text("mysql --password hunter2 -h db")
    'mysql --password [masked] -h db'
    """
    return _mask_text(text, 0)


def _mask(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        return MASK  # nested deeper than any record: not looked through, so not shown
    if isinstance(value, str):
        return _mask_text(value, depth)
    if isinstance(value, dict):
        return _mask_object(value, depth)
    if isinstance(value, list | tuple):
        return [_mask(item, depth + 1) for item in value]
    return value


def _mask_object(value: dict[Any, Any], depth: int) -> dict[Any, Any]:
    paired, beside_key = _said_beside(value)
    masked: dict[Any, Any] = {}
    for name, item in value.items():
        secret, holds_value, _ = _role(str(name))
        if secret or (paired and holds_value):
            masked[name] = _hide(item)
        elif beside_key and isinstance(item, str) and _mixed_secret(item):
            masked[name] = MASK
        elif item is None or item is True or item is False or type(item) is int:
            masked[name] = item  # as most are
        elif type(item) is str and len(item) <= _SHORT and item[:1] not in _JSON:
            masked[name] = _mask_short(item) if depth < _DEEPEST else MASK  # as most others are
        else:
            masked[name] = _mask(item, depth + 1)
    return masked


def _said_beside(value: dict[Any, Any]) -> tuple[bool, bool]:
    """Tell of an object whether it is a name and a value where the name or the type says secret, and has a key id."""
    paired = beside_key = False
    for name, item in value.items():
        if isinstance(item, str):
            _, _, tells = _role(str(name))
            if tells and (secret_name(item) if tells == _NAME else item == "SecureString"):
                paired = True
            if item[:4] in _KEY_BEGINS and _KEY_ID.fullmatch(item):
                beside_key = True
    return paired, beside_key


@lru_cache(maxsize=8192)
def _role(name: str) -> tuple[bool, bool, int]:
    """Return of a field's name whether it is a secret's, whether a value's, and what its text says of others."""
    squeezed = name.lower().replace("_", "")
    tells = _NAME if squeezed in _NAME_FIELDS else _TYPE if squeezed == "type" else 0
    return secret_name(name), squeezed in _VALUE_FIELDS, tells


def _hide(item: Any) -> Any:
    """Mask a value wholly; flags, nulls, ARNs and what the provider has hidden already say nothing secret."""
    if item is None or isinstance(item, bool) or item in ("", {}, []):
        return item
    if isinstance(item, str) and (item.startswith("arn:") or item in _HIDDEN_ALREADY):
        return item
    return MASK


_HIDDEN_ALREADY = frozenset({"***", "****", "HIDDEN_DUE_TO_SECURITY_REASONS", "<sensitiveDataRemoved>", MASK})


def _mask_text(text: str, depth: int) -> str:
    if text[:1] in _JSON and text[-1:] in "}]":
        try:
            inside = json.loads(text)
        except (ValueError, RecursionError):
            return _mask_forms(text)  # no JSON after all: the forms are looked for instead
        masked = _mask(inside, depth + 1)
        return text if masked == inside else json.dumps(masked, ensure_ascii=False, separators=(",", ":"))
    return _mask_forms(text) if len(text) > _SHORT else _mask_short(text)


@lru_cache(maxsize=1 << 15)
def _mask_short(text: str) -> str:
    """Return `_mask_forms(text)`; logs say the same short things again and again."""
    return _mask_forms(text)


def _mask_forms(text: str) -> str:
    folded = text.casefold()
    for needed, form, keep, ignores_case in _FORMS:
        if any(map((folded if ignores_case else text).__contains__, needed)):
            text = form.sub(rf"\g<{keep}>{MASK}" if keep else MASK, text)
    if ("AKIA" in text or "ASIA" in text) and _KEY_ID.search(text):
        text = _SECRET_KEY.sub(_mask_mixed, text)
    return text


def _mask_mixed(found: re.Match[str]) -> str:
    """Mask forty characters of mixed case; forty of hex are a digest."""
    return MASK if _mixed_secret(found.group()) else found.group()


def _mixed_secret(word: str) -> bool:
    return bool(_SECRET_KEY.fullmatch(word)) and word.lower() != word and word.upper() != word
