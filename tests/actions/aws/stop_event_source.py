"""A queue that feeds a function."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.functions import function


def stage(clients: Clients) -> Staged:
    name = function(clients)
    sqs = clients("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    told = {"EventSourceArn": arn, "FunctionName": name, "Enabled": True}
    return Staged(clients("lambda").create_event_source_mapping(**told)["UUID"])


def drift(clients: Clients, staged: Staged) -> None:
    functions = clients("lambda")
    held = functions.get_event_source_mapping(UUID=staged.uid)["State"]
    functions.update_event_source_mapping(UUID=staged.uid, Enabled=held != "Enabled")
