"""An instance with a profile, and another to put in its place."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import machine, profile


def stage(clients: Clients) -> Staged:
    uid = machine(clients)["InstanceId"]
    clients("ec2").associate_iam_instance_profile(InstanceId=uid, IamInstanceProfile={"Arn": profile(clients)})
    return Staged(uid, options={"profile": profile(clients)})


def drift(clients: Clients, staged: Staged) -> None:
    ec2 = clients("ec2")
    asked = [{"Name": "instance-id", "Values": [staged.uid]}]
    held = ec2.describe_iam_instance_profile_associations(Filters=asked)["IamInstanceProfileAssociations"]
    ec2.replace_iam_instance_profile_association(
        AssociationId=held[-1]["AssociationId"], IamInstanceProfile={"Arn": profile(clients)}
    )
