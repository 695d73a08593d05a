"""Which IAM actions a call needs for certain; where that is not known, it is said and never taken for none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound
from jumpkit.respond.policy.actions import wanted

if TYPE_CHECKING:
    from collections.abc import Mapping


def rights(service: str, operation: str, parameters: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """Return the IAM actions that a call needs, by botocore's names of service and operation.

    >>> rights("elbv2", "DeregisterTargets"), rights("s3", "ListObjectsV2")
    (('elasticloadbalancing:DeregisterTargets',), ('s3:ListBucket',))

    Raises:
        NotFound: nothing is documented of what the call needs.

    """
    found = wanted(service, operation, parameters)
    if found.gap:
        raise NotFound(found.gap, target=f"{service} {operation}")
    return found.actions
