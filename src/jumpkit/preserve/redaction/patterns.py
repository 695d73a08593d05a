"""What looks like a name wherever it stands: addresses, accounts, keys, hosts, mail; and which words name nobody."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PERSON, ADDRESS, ACCOUNT, HOST, RESOURCE, KEY, WORD = (
    "person",
    "address",
    "account",
    "host",
    "resource",
    "key",
    "word",
)
CLASSES = (PERSON, ADDRESS, ACCOUNT, HOST, RESOURCE, KEY, WORD)

_TOP = (
    "com|net|org|io|dev|app|cloud|internal|local|lan|corp|info|biz|co|me|ru|cn|de|nl|uk|eu|fr|it|es|ch|at|be|se|no|dk|fi"
    "|pl|cz|us|ca|au|nz|jp|kr|in|br|edu|gov|mil|xyz|top|site|online|arpa"
)
_ALONE = r"(?<![A-Za-z0-9])(?:{})(?![A-Za-z0-9])"
_PATTERNS = tuple(
    (kind, re.compile(_ALONE.format(pattern)))
    for kind, pattern in (
        (PERSON, r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
        (KEY, r"A(?:KIA|SIA|IDA|ROA|GPA|NPA|IPA|SCA|BIA|CCA)[A-Z0-9]{12,28}"),
        (ADDRESS, r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"),
        (ADDRESS, r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3})?"),
        (HOST, r"(?:ip|ec2)-[0-9]{1,3}(?:-[0-9]{1,3}){3}"),
        (HOST, rf"(?:[a-z0-9](?:[a-z0-9_-]{{0,61}}[a-z0-9])?\.)+(?:{_TOP})"),
        (ACCOUNT, r"[0-9]{12}"),
        (
            RESOURCE,
            r"(?:i|vol|snap|ami|eni|sg|subnet|vpc|igw|nat|rtb|eipalloc|vpce|acl|lt|fs|db|cluster)-[0-9a-f]{8,17}",
        ),
    )
)
# Names that the provider, standards and we give to all alike.
_PUBLIC = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.amazon\.com|amazontrust\.com|mitre\.org|w3\.org"
    r"|c2sp\.org|schema\.org|ocsf\.io|json-schema\.org|oasis-open\.org|sigmahq\.io|github\.com|example\.(?:com|org|net))"
)
_OF_HOSTS = re.compile(r"(?:ip|ec2)-[0-9]+(?:-[0-9]+){3}")
_REGION = re.compile(r"[a-z]{2}(?:-gov|-iso[a-z]?)?-(?:north|south|east|west|central)[a-z]*-[0-9][a-z]?")
_NOBODY = frozenset(
    """root admin administrator user users unknown system anonymous none null true false case cases account accounts
    role roles service services default withheld jumpkit aws amazon s3 iam ec2 sts kms event events finding findings
    custody checkpoint checkpoints proofs witness consistency manifest payload artifacts artifact reports observables
    redacted verify bag bagit origin signers items older files body kind actor tool because checksum bundle tmp home
    note notes report self all any other others security network logs log key keys data name names type value""".split()  # noqa: SIM905 - a list of words, read as words
)
_LEAST = 2  # characters of what can be a name at all


def patterned(text: str) -> Iterator[tuple[str, str]]:
    """Yield each thing in a text that looks like a name, with its class."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            value = match[0]
            if kind == ADDRESS and not _is_address(value):
                continue
            if kind == HOST and _PUBLIC.fullmatch(value.lower()) and not _OF_HOSTS.match(value):
                continue
            yield value, kind


def is_common(value: str) -> bool:
    """Tell whether a word names nobody: our own words, the provider's services and regions, numbers, times."""
    low = value.strip().lower()
    if len(low) < _LEAST or low in _NOBODY or _REGION.fullmatch(low):
        return True
    if _PUBLIC.fullmatch(low) and not _OF_HOSTS.match(low):
        return True
    return not any(char.isalpha() for char in low) and not any(True for _ in patterned(value))


def _is_address(value: str) -> bool:
    try:
        found = ipaddress.ip_address(value)
    except ValueError:
        return False
    return not (found.is_unspecified or found.is_loopback)
