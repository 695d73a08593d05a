"""Indicators from others: read from STIX, MISP and CSV, and looked for in a case; nothing here fetches them."""

from jumpkit.detect.intel.matching import Found, match
from jumpkit.detect.intel.reading import read_indicators

__all__ = ["Found", "match", "read_indicators"]
