"""What requests hold: nothing that nobody asks for is passed over in silence."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, ConfigDict

from jumpkit.web.once import Hand, writes
from jumpkit.web.seat import Seat, needs


class Said(BaseModel):
    """A body; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class Reason(Said):
    """Why."""

    reason: str


Reader = Annotated[Seat, Depends(needs("case.read"))]
Asker = Annotated[Seat, Depends(needs("event.read"))]
Writer = Annotated[Hand, Depends(writes("case.write"))]
Decider = Annotated[Hand, Depends(writes("case.decide"))]
Lead = Annotated[Hand, Depends(writes("case.lead"))]
