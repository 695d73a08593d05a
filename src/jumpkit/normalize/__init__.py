"""Turns raw records into OCSF events by the sources' own data files; not for judging them."""

from jumpkit.normalize.event import raw_event, raw_row
from jumpkit.normalize.ocsf import ocsf
from jumpkit.normalize.reader import Reader
from jumpkit.normalize.route import Readers
from jumpkit.normalize.source import Source, list_sources, load_source

__all__ = ["Reader", "Readers", "Source", "list_sources", "load_source", "ocsf", "raw_event", "raw_row"]
