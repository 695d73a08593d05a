"""A function that shares the account's concurrency."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.functions import function


def stage(clients: Clients) -> Staged:
    return Staged(function(clients))


def drift(clients: Clients, staged: Staged) -> None:
    clients("lambda").put_function_concurrency(FunctionName=staged.uid, ReservedConcurrentExecutions=7)
