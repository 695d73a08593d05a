"""Roles as Terraform: one module, with the account that it is applied in and the trust as variables."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, Any]
# These stand in documents for what Terraform knows when it is applied; they are no shorter than what they stand for.
ACCOUNT = "{{account id}}"
PARTITION = "{{partition}}"
PRINCIPALS = "{{principals}}"
EXTERNAL_ID = "{{external_id}}"
_KNOWN = {
    ACCOUNT: "${data.aws_caller_identity.current.account_id}",
    PARTITION: "${data.aws_partition.current.partition}",
}
_TRUSTED = re.compile(rf'\[\s*"{re.escape(PRINCIPALS)}"\s*\]')
_HEAD = """\
# Roles of incident response, made by `jumpkit roles build` from what its actions need. Do not edit: build again.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "trusted_principals" {
  type        = list(string)
  description = "ARNs of the roles or users of the responders' account that may take these roles on."
}

variable "external_id" {
  type        = string
  description = "What whoever takes a role on must say beside its name."
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}
"""


def module(roles: Iterable[Json]) -> str:
    """Return the text for roles as `build` made them, with the stand-ins of this module in their documents."""
    return "\n".join([_HEAD, *(part for role in roles for part in _role(role))])


def _role(role: Json) -> Iterator[str]:
    label = role["role"].replace("-", "_")
    yield "\n".join(
        [
            f'resource "aws_iam_role" "{label}" {{',
            f"  name                 = {json.dumps(role['name'])}",
            f"  path                 = {json.dumps(role['path'])}",
            f"  description          = {json.dumps(role['about'])}",
            f"  max_session_duration = {role['max_session']}",
            f"  assume_role_policy   = {_heredoc(role['trust'])}",
            "}",
            "",
        ]
    )
    for at, policy in enumerate(role["policies"], 1):
        yield "\n".join(
            [
                f'resource "aws_iam_policy" "{label}_{at}" {{',
                f"  name   = {json.dumps(policy['name'])}",
                f"  path   = {json.dumps(role['path'])}",
                f"  policy = {_heredoc(policy['document'])}",
                "}",
                "",
                f'resource "aws_iam_role_policy_attachment" "{label}_{at}" {{',
                f"  role       = aws_iam_role.{label}.name",
                f"  policy_arn = aws_iam_policy.{label}_{at}.arn",
                "}",
                "",
            ]
        )


def _heredoc(document: Json) -> str:
    """Return a document as a heredoc: IAM's own variables escaped, the stand-ins replaced."""
    text = json.dumps(document, indent=2).replace("${", "$${").replace("%{", "%%{")
    for stand_in, known in _KNOWN.items():
        text = text.replace(stand_in, known)
    text = _TRUSTED.sub("${jsonencode(var.trusted_principals)}", text)
    text = text.replace(json.dumps(EXTERNAL_ID), "${jsonencode(var.external_id)}")
    return "\n".join(["<<-JSON", *(f"    {line}" for line in text.split("\n")), "  JSON"])
