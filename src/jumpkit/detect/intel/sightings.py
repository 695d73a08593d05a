"""Where in events each kind of indicator can stand: SQL that yields (term, uid, time, field) for terms lent to it."""

from __future__ import annotations

# Texts of a JSON list that a column holds.
_LISTED = "unnest(from_json({0}, '[\"VARCHAR\"]'))"
_ANSWERED = """
SELECT t.term, uid, time, 'answers' AS field
FROM (SELECT metadata.uid AS uid, time, {values} AS value FROM events WHERE answers IS NOT NULL) AS told
JOIN terms AS t ON t.kind = '{kind}' AND t.value = told.value"""
_EQUAL = """
SELECT t.term, metadata.uid AS uid, time, '{field}' AS field
FROM events JOIN terms AS t ON t.kind = '{kind}' AND t.how = '=' AND {value} = t.value
WHERE {value} IS NOT NULL"""
_TOKENS = """
SELECT t.term, uid, time, field FROM (
  SELECT metadata.uid AS uid, time, '{field}' AS field, unnest(regexp_extract_all({column}, '{regex}', 1)) AS token
  FROM events WHERE {likely}) AS told
JOIN terms AS t ON t.kind = '{kind}' AND t.value = {token}"""
_NUMBER = (
    "(split_part({0}, '.', 1)::UBIGINT * 16777216 + split_part({0}, '.', 2)::UBIGINT * 65536"
    " + split_part({0}, '.', 3)::UBIGINT * 256 + split_part({0}, '.', 4)::UBIGINT)"
)
_IPV4 = r"regexp_full_match({0}, '\d{{1,3}}(\.\d{{1,3}}){{3}}')"
# Values that events hold, each once, with the terms that they meet; the events are found by them afterwards.
_IN_NETWORKS = """
WITH addresses AS MATERIALIZED (SELECT DISTINCT {field} AS ip FROM events WHERE {field} IS NOT NULL),
seen AS MATERIALIZED (SELECT ip, {number} AS number FROM addresses WHERE {is_ipv4})
SELECT DISTINCT '{field}' AS field, ip AS value, t.term FROM seen
CROSS JOIN (SELECT DISTINCT bits FROM terms WHERE kind = 'network' AND bits IS NOT NULL) AS b
JOIN terms AS t ON t.kind = 'network' AND t.bits = b.bits AND t.number = (seen.number >> (32 - b.bits))"""
_HOST = r"lower(split_part(regexp_extract({0}, '^(?:[a-z]+://)?(?:[^/@]*@)?([^/?#]+)', 1), ':', 1))"
_PLAIN_URL = (
    r"(lower(regexp_replace(regexp_extract(http_request.url, '^(?:[A-Za-z]+://)?(?:[^/@]*@)?([^/?#]+)', 1),"
    r" ':\d+$', '')) || regexp_extract(http_request.url, '^(?:[A-Za-z]+://)?[^/?#]+([^#]*)', 1))"
)
_BELOW = """
SELECT DISTINCT '{field}' AS field, host AS value, t.term FROM (
  SELECT host, unnest(list_transform(range(1, len(parts) + 1), lambda i: array_to_string(parts[i:], '.'))) AS ending
  FROM (SELECT DISTINCT {value} AS host, string_split(rtrim(lower({value}), '.'), '.') AS parts
        FROM events WHERE {value} IS NOT NULL)) AS seen
JOIN terms AS t ON t.kind = 'domain' AND t.value = seen.ending"""
_LIKE = """
SELECT 'http_request.user_agent' AS field, agent AS value, t.term
FROM (SELECT DISTINCT http_request.user_agent AS agent FROM events) AS seen
JOIN terms AS t ON t.kind = 'agent' AND t.how = 'like' AND seen.agent LIKE t.value"""
_RESOLVED = """
SELECT r.term, metadata.uid AS uid, time, '{field}' AS field
FROM events JOIN resolved AS r ON r.field = '{field}' AND r.value = {value}"""
_OBSERVED = """
SELECT t.term, uid, time, 'observables' AS field FROM (
  SELECT metadata.uid AS uid, time,
         unnest(from_json(observables, '[{"value":"VARCHAR"}]')).value AS value
  FROM events WHERE observables IS NOT NULL) AS told
JOIN terms AS t ON t.how = '=' AND t.value = told.value"""

_REQUEST, _RESPONSE = "api.request.data", "api.response.data"
_ARN = r"(arn:aws[a-z-]*:[^\s\"\\]{8,500})"
_KEY = r"\b(A(?:KIA|SIA)[A-Z0-9]{12,124})\b"
_DIGEST = r"\b((?:[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32}))\b"
_NAMES_A_DIGEST = (
    "(contains({0}, 'sha256') OR contains({0}, 'igest') OR contains({0}, 'md5') OR contains({0}, 'hecksum'))"
)


def _equal(kind: str, *columns: str) -> list[str]:
    return [_EQUAL.format(kind=kind, field=column, value=column) for column in columns]


def _tokens(kind: str, regex: str, likely: str, compared: str = "told.token") -> list[str]:
    return [
        _TOKENS.format(
            kind=kind, field=column, column=column, regex=regex, likely=likely.format(column), token=compared
        )
        for column in (_REQUEST, _RESPONSE)
    ]


def _answered(kind: str) -> str:
    """Return the statement for what names were answered with."""
    return _ANSWERED.format(kind=kind, values=_LISTED.format("answers"))


_HOSTS = {
    "query.hostname": "query.hostname",
    "dst_endpoint.domain": "dst_endpoint.domain",
    "http_request.url": _HOST.format("http_request.url"),
}
_ENDS = ("src_endpoint.ip", "dst_endpoint.ip")

# By kind: which values meet which terms, to be put into `resolved`.
RESOLVING: dict[str, list[str]] = {
    "network": [
        _IN_NETWORKS.format(field=column, number=_NUMBER.format("ip"), is_ipv4=_IPV4.format("ip")) for column in _ENDS
    ],
    "domain": [_BELOW.format(field=column, value=value) for column, value in _HOSTS.items()],
    "agent": [_LIKE],
}
STATEMENTS: dict[str, list[str]] = {
    "address": [*_equal("address", "src_endpoint.ip", "dst_endpoint.ip"), _answered("address")],
    "network": [_RESOLVED.format(field=column, value=column) for column in _ENDS],
    "domain": [_RESOLVED.format(field=column, value=value) for column, value in _HOSTS.items()],
    "url": [
        _EQUAL.format(
            kind="url",
            field="http_request.url",
            value=_PLAIN_URL,
        )
    ],
    "agent": [
        *_equal("agent", "http_request.user_agent"),
        _RESOLVED.format(field="http_request.user_agent", value="http_request.user_agent"),
    ],
    "key": [
        *_equal("key", "actor.user.credential_uid"),
        *_tokens("key", _KEY, "(contains({0}, 'AKIA') OR contains({0}, 'ASIA'))"),
    ],
    "principal": [
        *_equal("principal", "actor.user.uid_alt", "principal.uid", "actor.user.uid", "actor.session.issuer"),
        _EQUAL.format(kind="principal", field="actor.user.uid", value="split_part(actor.user.uid, ':', 1)")
        + " AND contains(actor.user.uid, ':')",
        *_equal("principal", "resource.uid"),
        *_tokens("principal", _ARN, "contains({0}, 'arn:aws')"),
    ],
    "hash": _tokens("hash", _DIGEST, _NAMES_A_DIGEST, "lower(told.token)"),
    "image": _tokens("image", r"\b(ami-[0-9a-f]{8,17})\b", "contains({0}, 'ami-')"),
    "bucket": [
        _EQUAL.format(
            kind="bucket",
            field="api.request.data",
            value=r"regexp_extract(api.request.data, '\"bucketName\"\s*:\s*\"([^\"]+)\"', 1)",
        )
        + " AND api.service.name = 's3.amazonaws.com'",
        *_equal("bucket", "resource.name"),
    ],
}
OBSERVED = _OBSERVED
