"""The case book: states, severity, moments; not for evidence."""

from jumpkit.coordinate.case import case_row, is_ended, judged, moved, open_case, set_severity
from jumpkit.coordinate.severity import propose_severity
from jumpkit.coordinate.show import list_cases, show_case
from jumpkit.coordinate.states import ENDED, FORWARD, OPEN, check_move, reachable

__all__ = [
    "ENDED",
    "FORWARD",
    "OPEN",
    "case_row",
    "check_move",
    "is_ended",
    "judged",
    "list_cases",
    "moved",
    "open_case",
    "propose_severity",
    "reachable",
    "set_severity",
    "show_case",
]
