"""Deadlines as functions of moments: rules as data, a pure engine, what stands in a case; not for sending anything."""
