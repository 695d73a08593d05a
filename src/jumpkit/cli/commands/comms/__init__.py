"""Channels: which survive a loss, which a case still trusts, and the move out of band."""
