"""What within the window gives lasting access or takes sight away, judged by stated criteria; nothing is taken back."""

from jumpkit.investigate.persistence.answer import persistence

__all__ = ["persistence"]
