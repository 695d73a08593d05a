"""A whole case in one file, for another workspace: rows, ledger, artifacts, lake and reports, equal by hash.

The same case gives the same bytes whichever database it lies in: members are stored, sorted and undated. What it is
not: a bundle for strangers, which is made to be checked without jumpkit.
"""
