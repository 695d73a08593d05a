"""An object that somebody encrypted, in a bucket that keeps versions."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import bucket


def stage(clients: Clients) -> Staged:
    s3 = clients("s3")
    name = bucket(clients)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=name, Key="orders 1/a+b.csv", Body=b"good")["VersionId"]
    s3.put_object(Bucket=name, Key="orders 1/a+b.csv", Body=b"encrypted")
    return Staged("orders 1/a+b.csv", {"bucket": name}, {"version": version})
