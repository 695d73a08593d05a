"""Turns raw records into OCSF events by the sources' own data files; not for judging them."""
