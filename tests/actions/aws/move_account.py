"""An account, and a unit to move it into."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.organisation import account, unit


def stage(clients: Clients) -> Staged:
    return Staged(account(clients), options={"unit": unit(clients)})


def drift(clients: Clients, staged: Staged) -> None:
    organisations = clients("organizations")
    [parent] = organisations.list_parents(ChildId=staged.uid)["Parents"]
    organisations.move_account(AccountId=staged.uid, SourceParentId=parent["Id"], DestinationParentId=unit(clients))
