"""Carries messages out, by mail or webhook; not for deciding what may be said."""

from jumpkit.notify.channel import Channel, read_channels
from jumpkit.notify.deliver import Delivery, Letter, deliver

__all__ = ["Channel", "Delivery", "Letter", "deliver", "read_channels"]
