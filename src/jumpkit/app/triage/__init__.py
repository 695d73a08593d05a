"""From paths to a sealed case with findings and a report; not for anything that changes a cloud."""
