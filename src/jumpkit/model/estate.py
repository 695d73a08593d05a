"""What a client says of its own estate, so that guesses become statements."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estate:
    """Accounts, address ranges, known automation, data classes and working hours; empty where nothing was said."""

    accounts: dict[str, str]  # account id -> name
    networks: tuple[str, ...]  # CIDR ranges that are the client's own
    automation: tuple[str, ...]  # globs over principal ARNs that are known machines
    people: tuple[str, ...]  # globs over principal ARNs that are known people
    data_classes: dict[str, tuple[str, ...]]  # data class (pii, secrets, …) -> globs over bucket names / ARNs
    regions: tuple[str, ...]  # regions in use
    working_hours: tuple[str, str, str, tuple[int, ...]] | None  # zone, from HH:MM, to HH:MM, ISO weekdays
    digest: str | None  # sha256 of the file, None where there was none
