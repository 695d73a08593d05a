"""A plain, slow reading of the Sigma specification over dicts, to hold the product's own answers against."""

from __future__ import annotations

import base64
import fnmatch
import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

Event = Mapping[str, Any]
Rule = Mapping[str, Any]
Leaf = tuple[tuple[str, ...], Callable[[list[Any], Event], bool]]

TOKEN = re.compile(r"\(|\)|[^\s()]+")
DASHES = "-/\u2013\u2014\u2015"


def hits(rule: Rule, events: Sequence[Event]) -> set[int]:
    """Return the positions of the events that the rule matches."""
    return {at for at, event in enumerate(events) if matches(rule, event)}


def matches(rule: Rule, event: Event) -> bool:
    """Say whether one event satisfies the rule's condition."""
    detection = rule["detection"]
    conditions = detection["condition"]
    named = {name: part for name, part in detection.items() if name not in ("condition", "timeframe")}
    listed = [conditions] if isinstance(conditions, str) else conditions
    return any(condition_holds(condition, named, event) for condition in listed)


# --- conditions: or < and < not < (…), `1 of`, `all of` ---


def condition_holds(condition: str, named: Mapping[str, Any], event: Event) -> bool:
    """Evaluate a condition's text by recursive descent."""
    tokens = TOKEN.findall(condition)
    value, rest = read_or(tokens, named, event)
    if rest:
        raise ValueError(f"left over in {condition!r}: {rest}")
    return value


def read_or(tokens: list[str], named: Mapping[str, Any], event: Event) -> tuple[bool, list[str]]:
    value, rest = read_and(tokens, named, event)
    while rest and rest[0].lower() == "or":
        right, rest = read_and(rest[1:], named, event)
        value = value or right
    return value, rest


def read_and(tokens: list[str], named: Mapping[str, Any], event: Event) -> tuple[bool, list[str]]:
    value, rest = read_not(tokens, named, event)
    while rest and rest[0].lower() == "and":
        right, rest = read_not(rest[1:], named, event)
        value = value and right
    return value, rest


def read_not(tokens: list[str], named: Mapping[str, Any], event: Event) -> tuple[bool, list[str]]:
    head = tokens[0].lower()
    if head == "not":
        value, rest = read_not(tokens[1:], named, event)
        return not value, rest
    if head == "(":
        value, rest = read_or(tokens[1:], named, event)
        if rest[:1] != [")"]:
            raise ValueError("a parenthesis is not closed")
        return value, rest[1:]
    if len(tokens) > 2 and tokens[1].lower() == "of" and (head in ("all", "any") or head.isdigit()):
        held = [selection_holds(named[name], event) for name in chosen(tokens[2], named)]
        wanted = len(held) if head == "all" else 1 if head == "any" else int(head)
        return bool(held) and sum(held) >= wanted, tokens[3:]
    return selection_holds(named[tokens[0]], event), tokens[1:]


def chosen(pattern: str, named: Mapping[str, Any]) -> list[str]:
    """List the selections that `them` or a pattern with a star means."""
    if pattern.lower() == "them":
        return [name for name in named if not name.startswith("_")]
    return [name for name in named if fnmatch.fnmatchcase(name, pattern)]


# --- selections: maps are AND, lists are OR, bare values are keywords ---


def selection_holds(part: Any, event: Event) -> bool:
    if isinstance(part, Mapping):
        keywords = {key: value for key, value in part.items() if key is None or not str(key).split("|")[0]}
        leaves = [leaf(str(key), json.dumps(value, default=str)) for key, value in part.items() if key not in keywords]
        return all(keyword_list(str(key), value, event) for key, value in keywords.items()) and all_hold(
            leaves, event, event
        )
    if isinstance(part, list):
        return any(
            selection_holds(item, event) if isinstance(item, (Mapping, list)) else keyword_holds(item, event)
            for item in part
        )
    return keyword_holds(part, event)


def keyword_list(key: str, values: Any, event: Event) -> bool:
    found = [keyword_holds(value, event) for value in as_list(values)]
    return all(found) if "all" in key.split("|") else any(found)


def keyword_holds(value: Any, event: Event) -> bool:
    return glob(f"*{value_text(value)}*", cased=False).fullmatch(compact(event)) is not None


def all_hold(leaves: list[Leaf], node: Any, event: Event) -> bool:
    """Test the leaves on one node; those that pass through the same array must share one element."""
    by_head: dict[str, list[Leaf]] = {}
    for path, test in leaves:
        by_head.setdefault(path[0], []).append((path[1:], test))
    return all(branch_holds(below, head, node, event) for head, below in by_head.items())


def branch_holds(leaves: list[Leaf], head: str, node: Any, event: Event) -> bool:
    child = node.get(head) if isinstance(node, Mapping) else None
    ends = [test for path, test in leaves if not path]
    deeper = [(path, test) for path, test in leaves if path]
    if not all(test([] if child is None else [child], event) for test in ends):
        return False
    if not deeper:
        return True
    elements = [item for item in flat(child) if isinstance(item, Mapping)] if isinstance(child, list) else [child]
    return any(all_hold(deeper, element, event) for element in elements or [None])


def flat(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        found += flat(value) if isinstance(value, list) else [value]
    return found


# --- one field: modifiers and values ---


@cache
def leaf(key: str, spelled: str) -> Leaf:
    """Return the path and the test of one line of a selection; its values come as JSON, so that they can be kept."""
    field, *modifiers = key.split("|")
    tests = [value_test(value, modifiers) for value in as_list(json.loads(spelled))]
    together = all if "all" in modifiers else any
    return tuple(field.split(".")), lambda found, event: together(test(found, event) for test in tests)


def as_list(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def value_test(value: Any, modifiers: list[str]) -> Callable[[list[Any], Event], bool]:
    """Make the test for one wanted value; it gets the found value, or nothing where the field is absent or null."""
    if value is None:
        return lambda found, _: not found
    if "exists" in modifiers:
        return lambda found, _: bool(found) is bool(value)
    if "fieldref" in modifiers:
        return lambda found, event: refers(found, str(value), modifiers, event)
    single = single_test(value, modifiers)
    return lambda found, _: any(single(item) for item in candidates(found))


def candidates(found: list[Any]) -> list[Any]:
    """Return what a test may look at: a list's elements and the list's own text."""
    seen: list[Any] = []
    for value in found:
        seen += [item for item in flat(value) if item is not None] if isinstance(value, list) else []
        seen.append(value)
    return seen


def refers(found: list[Any], path: str, modifiers: list[str], event: Event) -> bool:
    wanted = [text(value) for value in candidates(look_up(path.split("."), event))]
    return any(
        anchored(re.escape(want), modifiers).fullmatch(text(item)) for item in candidates(found) for want in wanted
    )


def look_up(path: list[str], node: Any) -> list[Any]:
    """Return every value at a path, through arrays."""
    if isinstance(node, list):
        return [value for item in flat(node) for value in look_up(path, item)]
    if not path:
        return [] if node is None else [node]
    return look_up(path[1:], node.get(path[0])) if isinstance(node, Mapping) else []


def single_test(value: Any, modifiers: list[str]) -> Callable[[Any], bool]:
    for name, compare in COMPARISONS.items():
        if name in modifiers:
            return lambda item: number(item) is not None and compare(number(item), float(value))
    if "cidr" in modifiers:
        network = ipaddress.ip_network(str(value), strict=False)
        return lambda item: in_network(item, network)
    if "re" in modifiers:
        pattern = re.compile(str(value), flags(modifiers))
        return lambda item: pattern.search(text(item)) is not None
    patterns = [glob(wrap(spelled, modifiers), cased="cased" in modifiers) for spelled in spellings(value, modifiers)]
    return lambda item: any(pattern.fullmatch(text(item)) for pattern in patterns)


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "gte": lambda a, b: a >= b,
    "gt": lambda a, b: a > b,
    "lte": lambda a, b: a <= b,
    "lt": lambda a, b: a < b,
}


def flags(modifiers: list[str]) -> int:
    marks = {
        "i": re.IGNORECASE,
        "ignorecase": re.IGNORECASE,
        "m": re.MULTILINE,
        "multiline": re.MULTILINE,
        "s": re.DOTALL,
        "dotall": re.DOTALL,
    }
    total = 0
    for name in modifiers:
        total |= marks.get(name, 0)
    return total


def number(item: Any) -> float | None:
    if isinstance(item, bool) or not isinstance(item, (int, float, str)):
        return None
    try:
        return float(item)
    except ValueError:
        return None


def in_network(item: Any, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(str(item)) in network
    except ValueError:
        return False


def spellings(value: Any, modifiers: list[str]) -> list[str]:
    """List the patterns one wanted value stands for after its encoding modifiers."""
    wanted = value_text(value)
    if "base64" in modifiers:
        return [escape(base64.b64encode(wanted.encode()).decode())]
    if "base64offset" in modifiers:
        return [escape(shifted(wanted.encode(), at)) for at in range(3)]
    if "windash" in modifiers:
        return [re.sub(r"(^|\s)[-/]", lambda m, dash=dash: m.group(1) + dash, wanted) for dash in DASHES]
    return [wanted]


def shifted(raw: bytes, at: int) -> str:
    """Encode bytes as they look inside a longer base64 text that begins `at` bytes earlier."""
    start = (0, 2, 3)[at]
    end = (None, -3, -2)[(len(raw) + at) % 3]
    return base64.b64encode(b" " * at + raw).decode()[start:end]


def wrap(pattern: str, modifiers: list[str]) -> str:
    before = "*" if {"contains", "endswith"} & set(modifiers) else ""
    after = "*" if {"contains", "startswith"} & set(modifiers) else ""
    return before + pattern + after


def anchored(pattern: str, modifiers: list[str]) -> re.Pattern[str]:
    before = ".*" if {"contains", "endswith"} & set(modifiers) else ""
    after = ".*" if {"contains", "startswith"} & set(modifiers) else ""
    return re.compile(before + pattern + after, re.DOTALL | (0 if "cased" in modifiers else re.IGNORECASE))


def escape(literal: str) -> str:
    return re.sub(r"([\\*?])", r"\\\1", literal)


@cache
def glob(pattern: str, *, cased: bool) -> re.Pattern[str]:
    """Compile a Sigma value: star and question mark are wildcards unless a backslash stands before them."""
    out, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and pattern[at + 1 : at + 2] in ("*", "?", "\\") and at + 1 < len(pattern):
            out += re.escape(pattern[at + 1])
            at += 2
            continue
        out += {"*": ".*", "?": "."}.get(char, re.escape(char))
        at += 1
    return re.compile(out, re.DOTALL | (0 if cased else re.IGNORECASE))


def value_text(value: Any) -> str:
    """Return a rule's value as the text it is compared by."""
    return value if isinstance(value, str) else json.dumps(value)


def text(item: Any) -> str:
    """Return an event's value as text: strings as they are, all else as compact JSON."""
    return item if isinstance(item, str) else compact(item)


def compact(item: Any) -> str:
    return json.dumps(item, separators=(",", ":"), ensure_ascii=False)
