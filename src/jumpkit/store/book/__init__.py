"""Cases, ledger lines and registers in SQL, on SQLite and PostgreSQL alike; not for events, which lie in the lake."""
