"""From a request and its answer to what was called and what came back, by the vendor's models."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.core.parse import PROTOCOL_PARSERS, RequestDict, RequestParserError
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from jumpkit.cloud.aws.parsing import known_services, parsed_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.lab.live.callers import Signed

Json = dict[str, Any]

# Signing names under which the SDK's own name of a service is another one.
_NAMES = {
    "monitoring": "cloudwatch",
    "elasticloadbalancing": "elbv2",
    "states": "stepfunctions",
    "email": "ses",
    "tagging": "resourcegroupstaggingapi",
    "sso": "sso-admin",
    "access-analyzer": "accessanalyzer",
    "elasticfilesystem": "efs",
}
_CLASSIC_BALANCER = b"Version=2012-06-01"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it came: what the server handed over, and its body."""

    environ: Mapping[str, Any]
    body: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """A call: the SDK's name of the service, the operation, its parameters by the model's names, and the model."""

    service: str
    operation: str
    region: str
    parameters: Json
    model: Any  # the operation, as the vendor's model has it
    address: Json = field(default_factory=dict)  # the query string, of services that speak through it
    headers: Json = field(default_factory=dict)  # lower case


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    headers: Json  # lower case
    body: bytes


def heard(request: Incoming, by: Signed) -> Heard | None:
    """Return what a request calls; None where the vendor's models know no such call."""
    made = Request({**request.environ, "wsgi.input": io.BytesIO(request.body)})
    service = _service(by.service, request)
    if service not in known_services():
        return None
    model = get_service_model(service)
    name, labels = _operation(service, made)
    if name not in model.operation_names:
        return None
    operation = model.operation_model(name)
    parser = PROTOCOL_PARSERS[determine_request_protocol(model, made.content_type)](operation)
    told: RequestDict = {
        "method": made.method,
        "values": made.values,
        "headers": made.headers,
        "body": made.get_data(),
        "url_path": made.path,
        "url_params": labels,
    }
    try:
        parameters = parser.parse(told)
    except (RequestParserError, ValueError, KeyError):  # what the emulator will refuse as well
        return None
    headers = {key.lower(): value for key, value in made.headers.items()}
    return Heard(service, name, by.region, dict(parameters), operation, dict(made.args), headers)


def _service(signing: str, request: Incoming) -> str:
    if signing == "elasticloadbalancing" and _CLASSIC_BALANCER in request.body:
        return "elb"
    if signing == "s3" and str(request.environ.get("PATH_INFO", "")).startswith("/v20180820/"):
        return "s3control"
    return _NAMES.get(signing, signing)


def _operation(service: str, made: Request) -> tuple[str, Json]:
    action = made.values.get("Action")
    if action:
        return action, {}
    target = made.headers.get("X-Amz-Target")
    if target:
        return target.rsplit(".", 1)[-1], {}
    try:
        operation, labels = get_service_router(service).match(made)
    except (HTTPException, NotImplementedError):
        return "", {}
    return operation.name, dict(labels)


def answer_of(call: Heard, answered: Answered) -> Json:
    """Return the answer by the model's names; `Error` holds code and message where the call was refused."""
    return parsed_answer(call.service, call.operation, (answered.status, answered.headers, answered.body))


_ID_IN_BODY = re.compile(rb"(<[rR]equestI[dD]>)[^<]*(</)")


def with_request_id(answered: Answered, fresh: str) -> tuple[Answered, str]:
    """Return the answer under an id of its own: the emulator's templates repeat one and the same."""
    held = answered.headers.get("x-amzn-requestid") or answered.headers.get("x-amz-request-id")
    uid = str(held) if held else fresh
    return Answered(
        answered.status, answered.headers, _ID_IN_BODY.sub(rb"\g<1>" + uid.encode() + rb"\g<2>", answered.body)
    ), uid
