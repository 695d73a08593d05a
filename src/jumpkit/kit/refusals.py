"""Which error codes mean that the caller lacked the rights, and not that a call failed for another reason."""

from __future__ import annotations

import re

REFUSED = "Denied|Unauthorized|NotAuthorized|Forbidden|AuthFailure"  # the same for RE2 and for Python

_REFUSED = re.compile(REFUSED)


def lacks_rights(code: str | None) -> bool:
    """Return whether an error code says that the call was refused for lack of rights.

    >>> lacks_rights("Client.UnauthorizedOperation"), lacks_rights("NoSuchBucketPolicy"), lacks_rights(None)
    (True, False, False)
    """
    return code is not None and _REFUSED.search(code) is not None
