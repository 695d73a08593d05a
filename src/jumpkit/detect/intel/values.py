"""Values of indicators in the form that events have; those that would accuse everybody are refused by name."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from jumpkit.model.indicator import EQUAL, LIKE, Term


class NotRunnable(ValueError):
    """A value that cannot be looked for in cloud logs; the message says why."""


class FalseFriend(ValueError):
    """A value that half of all good events hold; the message says which."""


_RESERVED = {
    "0.0.0.0/8": "this network itself",
    "10.0.0.0/8": "a private range",
    "100.64.0.0/10": "a provider's shared range",
    "127.0.0.0/8": "the loopback range",
    "169.254.0.0/16": "the link-local range, instance metadata among it",
    "172.16.0.0/12": "a private range",
    "192.168.0.0/16": "a private range",
    "224.0.0.0/4": "the multicast range",
    "240.0.0.0/4": "a reserved range",
    "::/127": "the unspecified and the loopback address",
    "fc00::/7": "a private range",
    "fe80::/10": "the link-local range",
    "ff00::/8": "the multicast range",
}
_NETWORKS = {ip_network(text): why for text, why in _RESERVED.items()}
_WIDEST = {4: 8, 6: 20}  # bits; what is wider holds whole continents
_RESOLVERS = frozenset({"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9"})
_PROVIDERS = frozenset(
    [
        *("amazonaws.com", "amazonaws.com.cn", "amazon.com", "aws.amazon.com", "aws", "api.aws", "awsstatic.com"),
        *("console.aws.amazon.com", "signin.aws.amazon.com", "cloudfront.net", "elasticbeanstalk.com", "awsapps.com"),
        *("google.com", "googleapis.com", "microsoft.com", "azure.com", "windows.net", "microsoftonline.com"),
        *("github.com", "githubusercontent.com", "cloudflare.com", "localhost"),
    ]
)
_SERVICES_KNOWN = frozenset(
    [
        *("s3", "ec2", "sts", "iam", "kms", "logs", "monitoring", "sqs", "sns", "dynamodb", "lambda", "cloudtrail"),
        *(
            "secretsmanager",
            "ssm",
            "rds",
            "ecs",
            "ecr",
            "api",
            "dkr",
            "elasticloadbalancing",
            "cloudformation",
            "events",
        ),
        *(
            "config",
            "guardduty",
            "securityhub",
            "organizations",
            "eks",
            "athena",
            "glue",
            "email",
            "ses",
            "autoscaling",
        ),
        *(
            "elasticache",
            "redshift",
            "route53",
            "sso",
            "signin",
            "states",
            "firehose",
            "kinesis",
            "backup",
            "cognito-idp",
        ),
    ]
)
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_EMPTY = frozenset(
    [
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ]
)
_AGENTS = re.compile(r"(?i)aws-cli|boto3?|botocore|terraform|mozilla/5\.0|console\.amazonaws\.com|aws internal|-|%*")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
_HEX = {32, 40, 64, 96, 128}
_SHORTEST_LIKE = 6  # letters that are not wildcards


def term(kind: str, value: str, how: str = EQUAL) -> Term:
    """Return the comparison of a value of a kind; raises NotRunnable or FalseFriend."""
    value = value.strip()
    if not value:
        raise NotRunnable("it has no value")
    if how == LIKE and kind != "agent":
        raise NotRunnable(f"a value with wildcards can be looked for in user agents only, not as {kind}")
    return _READERS[kind](value, how)


def _address(value: str, _: str) -> Term:
    try:
        network = ip_network(value, strict=False)
    except ValueError as error:
        raise NotRunnable(f"{value[:80]} is no address or range") from error
    _innocent(network)
    if network.num_addresses > 1:
        return Term("network", str(network))
    if str(network.network_address) in _RESOLVERS:
        raise FalseFriend(f"{network.network_address} is a public resolver that everybody asks")
    return Term("address", str(network.network_address))


def _innocent(network: IPv4Network | IPv6Network) -> None:
    if network.prefixlen < _WIDEST[network.version]:
        raise FalseFriend(f"{network} holds a large part of the internet")
    for reserved, why in _NETWORKS.items():
        if reserved.version == network.version and reserved.overlaps(network):
            raise FalseFriend(f"{network} lies in {reserved}, {why}")


def _domain(value: str, _: str) -> Term:
    host = plain_host(value)
    if not _HOST.fullmatch(host):
        if _is_address(host):
            return _address(host, EQUAL)
        if host in _PROVIDERS or "." not in host:
            raise FalseFriend(f"{host} is a provider's own name or a whole top level")
        raise NotRunnable(f"{value[:80]} is no domain name")
    if host in _PROVIDERS or _is_service(host):
        raise FalseFriend(f"{host} is a provider's own name, under which everybody calls it")
    return Term("domain", host)


def _is_service(host: str) -> bool:
    """Return whether a host is one of AWS's own endpoints, and not a bucket or a machine of a customer below it."""
    for ending in (".amazonaws.com", ".amazonaws.com.cn"):
        if host.endswith(ending):
            labels = host.removesuffix(ending).split(".")
            return all(label in _SERVICES_KNOWN or _REGION.fullmatch(label) for label in labels)
    return False


def plain_host(value: str) -> str:
    """Return a host name as it is compared: lower case, punycode, without a dot at the end or defanging brackets."""
    host = value.strip().lower().replace("[.]", ".").removeprefix("*.").rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _url(value: str, _: str) -> Term:
    clean = value.replace("[.]", ".").replace("hxxp", "http", 1)
    try:
        parts = urlsplit(clean if "://" in clean else f"http://{clean}")
        host = parts.hostname
    except ValueError as error:
        raise NotRunnable(f"{value[:80]} is no URL") from error
    if not host:
        raise NotRunnable(f"{value[:80]} names no host")
    if parts.path in ("", "/") and not parts.query:
        return _domain(host, EQUAL)
    return Term("url", plain_url(clean))


def plain_url(value: str) -> str:
    """Return host, path and query of a URL as they are compared: without scheme, user and port, the host in lower case.

    >>> plain_url("HTTPS://Bad.example:443/a?b=1")
    'bad.example/a?b=1'
    """
    rest = value.partition("://")[2] or value
    at = min((place for place in map(rest.find, "/?#") if place >= 0), default=len(rest))
    host = rest[:at].rpartition("@")[2].lower()
    host = re.sub(r":\d+$", "", host)
    return host + rest[at:].partition("#")[0]


def _agent(value: str, how: str) -> Term:
    if _AGENTS.fullmatch(value):
        raise FalseFriend(f"{value[:80]} is what everybody's tools call themselves")
    if how == LIKE and len(value.replace("%", "").replace("_", "")) < _SHORTEST_LIKE:
        raise FalseFriend(f"{value[:80]} leaves nearly every agent")
    return Term("agent", value, how)


def _key(value: str, _: str) -> Term:
    if not re.fullmatch(r"A[A-Z]{3}[A-Z0-9]{12,124}", value):
        raise NotRunnable(f"{value[:40]} is no access key id")
    return Term("key", value)


def _principal(value: str, _: str) -> Term:
    if value.startswith("arn:"):
        parts = value.split(":", 5)
        if len(parts) < 6 or parts[5] in ("*", ""):  # noqa: PLR2004 - the parts of an ARN
            raise NotRunnable(f"{value[:120]} names nobody")
        return Term("principal", value)
    if re.fullmatch(r"A(?:IDA|ROA|GPA|NPA|IPA)[A-Z0-9]{12,124}(?::.+)?|aws[a-z-]*:\d{12}:.+", value):
        return Term("principal", value)
    raise NotRunnable(f"{value[:80]} is a bare name, which many accounts have; an ARN or a unique id is needed")


def _hash(value: str, _: str) -> Term:
    digest = value.lower().removeprefix("sha256:")
    if len(digest) not in _HEX or not re.fullmatch("[0-9a-f]+", digest):
        raise NotRunnable(f"{value[:80]} is no MD5 or SHA digest in hex")
    if digest in _EMPTY:
        raise FalseFriend("it is the digest of an empty file")
    return Term("hash", digest)


def _image(value: str, _: str) -> Term:
    if not re.fullmatch(r"ami-[0-9a-f]{8,17}", value):
        raise NotRunnable(f"{value[:80]} is no image id")
    return Term("image", value)


def _bucket(value: str, _: str) -> Term:
    name = value.removeprefix("arn:aws:s3:::").partition("/")[0].removeprefix("s3://").lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name):
        raise NotRunnable(f"{value[:80]} is no bucket name")
    return Term("bucket", name)


_READERS = {
    "address": _address,
    "network": _address,
    "domain": _domain,
    "url": _url,
    "agent": _agent,
    "key": _key,
    "principal": _principal,
    "hash": _hash,
    "image": _image,
    "bucket": _bucket,
}
