"""The world of files, databases and engines; not for deciding anything."""
