"""Who may come in, with what, and what they may do: accounts, factors, sessions, tokens; not what they then do.

Deeds return what is to be written; whoever calls keeps it through the ledger.
"""
