"""Reads answers of Amazon's services, given as bytes, by Amazon's own models."""

from __future__ import annotations

import functools
from typing import Any


def parsed_answer(service: str, operation: str, answer: tuple[int, dict[str, Any], bytes]) -> dict[str, Any]:
    """Return an answer (status, headers, body) as the SDK would; of a body that streams nothing is read."""
    status, headers, body = answer
    model = _model(service)
    shape = model.operation_model(operation).output_shape
    if shape is not None and "payload" in shape.serialization and status < 300:  # noqa: PLR2004 - the end of success
        streams = shape.members[shape.serialization["payload"]].type_name == "blob"
        body = b"" if streams else body
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - as in _session

    try:
        parsed: dict[str, Any] = _parser(model.metadata["protocol"]).parse(
            {"status_code": status, "headers": headers, "body": body}, shape
        )
    except ResponseParserError as error:
        return {"Error": {"Code": "InternalFailure", "Message": f"the answer is in no form of the service: {error}"}}
    return parsed


@functools.cache
def known_services() -> frozenset[str]:
    """Return the services that Amazon's SDK knows, by its names of them."""
    return frozenset(_session().get_available_services())


@functools.cache
def _model(service: str) -> Any:
    return _session().get_service_model(service)


@functools.cache
def _session() -> Any:
    import botocore.session  # noqa: PLC0415 - only who reads such answers pays for loading the SDK

    return botocore.session.get_session()


@functools.cache
def _parser(protocol: str) -> Any:
    from botocore.parsers import create_parser  # noqa: PLC0415 - as in _session

    return create_parser(protocol)
