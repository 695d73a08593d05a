"""What flow records say: beacons, scans, volumes that leave, moves between machines, isolation; not payloads."""

from jumpkit.investigate.network.against import AGE, against
from jumpkit.investigate.network.answer import network
from jumpkit.investigate.network.isolation import isolation

__all__ = ["AGE", "against", "isolation", "network"]
