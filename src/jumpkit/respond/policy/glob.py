"""Wildcards of IAM: `*` is any text, `?` one character; an asked text may itself stand for many."""

from __future__ import annotations

from jumpkit.respond.truth import NO, YES, Truth, every, unknown

FIELDS = 6  # of an ARN: arn, partition, service, region, account, resource
STAR, MARK = "\ue000", "\ue001"  # of a pattern: a star and a question mark that are meant as such
_MEANT = {STAR: "*", MARK: "?"}
_SPANS = "whether this wildcard spans the fields of an ARN is not documented: "


def matches(pattern: str, text: str, *, fold: bool = False) -> bool:
    """Return whether a pattern matches one text, in time that grows with the product of their lengths at most.

    >>> matches("s3:get*", "s3:GetObject", fold=True), matches("a?c", "abc"), matches("a*b*c", "abbd")
    (True, True, False)
    """
    return _glob(pattern.lower(), text.lower(), many="") if fold else _glob(pattern, text, many="")


def covers(pattern: str, asked: str, *, fold: bool = False) -> Truth:
    """Return whether `pattern` matches all that `asked` stands for; unknown where it matches only a part of it.

    >>> covers("s3:Get*", "s3:GetObject").value, covers("s3:Get*", "s3:*").value, covers("ec2:*", "s3:*").value
    (True, None, False)
    """
    if fold:
        pattern, asked = pattern.lower(), asked.lower()
    if _glob(pattern, asked, many="*?"):
        return YES
    if "*" not in asked and "?" not in asked:
        return NO
    return unknown(f"{pattern} matches only a part of {asked}") if _overlap(pattern, asked) else NO


def covers_arn(pattern: str, asked: str) -> Truth:
    """Return whether an ARN pattern matches: fields are compared one by one, fields that lack at its end are `*`.

    >>> covers_arn("arn:aws:s3:::logs/*", "arn:aws:s3:::logs/2026/a.json").value
    True
    >>> covers_arn("arn:aws:iam::*role/a", "arn:aws:iam::1:role/a").value is None
    True
    """
    if pattern == "*":
        return YES
    fields = every(covers(one, other) for one, other in zip(_fields(pattern), _fields(asked), strict=True))
    whole = covers(pattern, asked)
    if whole.value == fields.value or (fields.value and len(pattern.split(":")) < FIELDS):
        return fields
    return unknown(_SPANS + pattern)


def matches_arn(pattern: str, arn: str) -> Truth:
    """Return whether an ARN pattern matches one ARN, in which a star is a star."""
    return covers_arn(pattern, arn.replace("*", STAR).replace("?", MARK))


def _fields(arn: str) -> list[str]:
    found = arn.split(":", FIELDS - 1)
    return found + ["*"] * (FIELDS - len(found))


def _glob(pattern: str, text: str, *, many: str) -> bool:
    """Return whether a pattern takes the whole text; characters in `many` stand for others and only `*` takes them."""
    at = place = 0
    star, resume = -1, 0
    while place < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume, at = at, place, at + 1
        elif at < len(pattern) and _takes(pattern[at], text[place], many):
            at, place = at + 1, place + 1
        elif star >= 0:
            resume += 1
            at, place = star + 1, resume
        else:
            return False
    return pattern[at:].strip("*") == ""


def _takes(one: str, char: str, many: str) -> bool:
    if char in many:
        return False
    return one == "?" or _MEANT.get(one, one) == _MEANT.get(char, char)


def _overlap(one: str, other: str) -> bool:
    """Return whether some text matches both patterns: the first is walked over its possible places in the second."""
    reach = _closed({0}, other)
    for char in one:
        reach = _closed(_step(reach, char, other), other)
    return len(other) in reach


def _closed(places: set[int], other: str) -> set[int]:
    """Add the places that are reached where stars of `other` stand for nothing."""
    found = set(places)
    for place in places:
        at = place
        while at < len(other) and other[at] == "*":
            at += 1
            found.add(at)
    return found


def _step(places: set[int], char: str, other: str) -> set[int]:
    """Return where one may stand in `other` after `char` of the first pattern was taken."""
    if char == "*":
        return set(range(min(places), len(other) + 1)) if places else set()
    found = set()
    for place in places:
        there = other[place : place + 1]
        if there == "*":
            found.add(place)
        elif there and (there == "?" or char == "?" or _MEANT.get(char, char) == _MEANT.get(there, there)):
            found.add(place + 1)
    return found
