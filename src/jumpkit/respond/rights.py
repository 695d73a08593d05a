"""Which IAM actions a call needs; most calls need the action of their own name, the others stand in a table."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Any

from jumpkit.kit.strictyaml import documents


def rights(service: str, operation: str) -> tuple[str, ...]:
    """Return the IAM actions that a call needs, by botocore's names of service and operation.

    >>> rights("elbv2", "DeregisterTargets"), rights("s3", "ListObjectsV2")
    (('elasticloadbalancing:DeregisterTargets',), ('s3:ListBucket',))
    """
    table = _table()
    special = table["calls"].get(service, {}).get(operation)
    if special is not None:
        return tuple(special)
    return (f"{table['prefixes'].get(service, service)}:{operation}",)


@functools.cache
def _table() -> dict[str, Any]:
    text = files("jumpkit.content").joinpath("permissions", "aws.yaml").read_bytes()
    table: dict[str, Any] = documents(text)[0][0]
    return table
