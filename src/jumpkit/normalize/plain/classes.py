"""What OCSF calls its classes and their activities, as far as plain sources use them."""

from __future__ import annotations

from typing import NamedTuple


class OcsfClass(NamedTuple):
    """A class's name, its category's, and what its activities are called."""

    name: str
    category: str
    activities: dict[int, str]


_LIFE = {1: "Create", 2: "Update", 3: "Close", 99: "Other"}
_HTTP = {
    1: "Connect", 2: "Delete", 3: "Get", 4: "Head", 5: "Options", 6: "Post", 7: "Put", 8: "Trace", 9: "Patch",
    99: "Other",
}  # fmt: skip

CLASSES = {
    2002: OcsfClass("Vulnerability Finding", "Findings", {0: "Unknown"} | _LIFE),
    2003: OcsfClass("Compliance Finding", "Findings", {0: "Unknown"} | _LIFE),
    2004: OcsfClass("Detection Finding", "Findings", {0: "Unknown"} | _LIFE),
    4001: OcsfClass(
        "Network Activity",
        "Network Activity",
        {
            0: "Unknown",
            1: "Open",
            2: "Close",
            3: "Reset",
            4: "Fail",
            5: "Refuse",
            6: "Traffic",
            7: "Listen",
            99: "Other",
        },
    ),
    4002: OcsfClass("HTTP Activity", "Network Activity", {0: "Unknown"} | _HTTP),
    4003: OcsfClass(
        "DNS Activity", "Network Activity", {0: "Unknown", 1: "Query", 2: "Response", 6: "Traffic", 99: "Other"}
    ),
    5023: OcsfClass("Cloud Resources Inventory Info", "Discovery", {0: "Unknown", 1: "Log", 2: "Collect", 99: "Other"}),
    6003: OcsfClass(
        "API Activity",
        "Application Activity",
        {0: "Unknown", 1: "Create", 2: "Read", 3: "Update", 4: "Delete", 99: "Other"},
    ),
}
PER_CATEGORY = 1000
PER_CLASS = 100
