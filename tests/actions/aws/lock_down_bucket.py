"""A bucket with a policy of its own."""

from __future__ import annotations

import json

from command.clouds import Clients, Staged
from command.machines import bucket

NOT_USED_HERE = ("s3:DeleteBucketPolicy",)  # for a bucket that had no policy


def write(clients: Clients, name: str, who: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::123456789012:user/{who}"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    clients("s3").put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def stage(clients: Clients) -> Staged:
    name = bucket(clients)
    write(clients, name, "reader")
    return Staged(name)


def drift(clients: Clients, staged: Staged) -> None:
    write(clients, staged.uid, "another")
