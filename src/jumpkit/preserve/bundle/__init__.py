"""The bundle: a case's evidence as a BagIt bag that a stranger can check offline; not for moving cases about."""

from jumpkit.preserve.bundle.check import check_bundle
from jumpkit.preserve.bundle.write import Item, Made, Payload, make_bundle

__all__ = ["Item", "Made", "Payload", "check_bundle", "make_bundle"]
