"""Single sign-on by OpenID Connect: who comes is told by a signed token, what they may do by their groups."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.admit.refusals import NotAdmitted
from jumpkit.kit.errors import BadUsage, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIGNED = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")  # never `none`, never a shared secret
_SECONDS = 10.0
_LEEWAY = 60  # seconds between two clocks
_KNOWN = frozenset({"issuer", "client_id", "client_secret", "redirect", "name", "groups", "scope", "roles"})


@dataclass(frozen=True, slots=True)
class Provider:
    """Who vouches for people, as the table `[oidc]` of config.toml says it."""

    issuer: str
    client_id: str
    redirect: str  # https://desk.example/login/oidc/back
    roles: Mapping[str, str]  # group -> role; the first that fits counts
    client_secret: str | None = None
    name: str = "preferred_username"  # the claim that accounts are called by
    groups: str = "groups"
    scope: str = "openid profile email"


@dataclass(frozen=True, slots=True)
class Trip:
    """What we must see again when somebody comes back."""

    there: str  # where to go on
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody for whom a provider vouches."""

    subject: str  # issuer and subject: the one thing that never changes
    name: str
    role: str


def provider_of(said: Mapping[str, Any] | None) -> Provider | None:
    """Return the provider, None where none is set up.

    Raises:
        BadUsage: something is missing, unknown, or not guarded by https.

    """
    if said is None:
        return None
    strange, lacks = set(said) - _KNOWN, {"issuer", "client_id", "redirect", "roles"} - set(said)
    if strange or lacks:
        wrong = f"unknown: {', '.join(sorted(strange))}" if strange else f"missing: {', '.join(sorted(lacks))}"
        raise BadUsage(f"single sign-on is not set up: {wrong}", target="config.toml: oidc", hint="docs/desk.md")
    if not str(said["issuer"]).startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise BadUsage("the issuer speaks no https", target="config.toml: oidc.issuer", hint="https://…")
    return Provider(**said)


def way_out(provider: Provider, trip: Trip) -> str:
    """Return the address at the provider to which a browser is sent.

    Raises:
        Unreachable: the provider does not answer.

    """
    with _client(provider) as client:
        address, _ = client.create_authorization_url(
            _about(provider)["authorization_endpoint"], state=trip.state, nonce=trip.nonce, code_verifier=trip.verifier
        )
    return str(address)


def come_back(provider: Provider, trip: Trip, address: str, state: str) -> Person:
    """Return who came back.

    Raises:
        NotAdmitted: it is not the trip that we sent them on, the token is not right, or no group of theirs has a role.
        Unreachable: the provider does not answer.

    """
    if not secrets.compare_digest(state.encode("utf-8", "replace"), trip.state.encode()):
        raise NotAdmitted("that is not the way on which you were sent", target="oidc", hint="log in again")
    about = _about(provider)
    claims = _claims(provider, about, _token(provider, about, trip, address), trip)
    held = claims.get(provider.groups)
    groups = held if isinstance(held, list) else [held]
    role = next((role for group, role in provider.roles.items() if group in groups), None)
    name = claims.get(provider.name) or claims.get("email") or claims["sub"]
    if role is None:
        raise NotAdmitted("none of your groups has a role here", target="oidc", hint="ask whoever keeps the accounts")
    return Person(f"{provider.issuer} {claims['sub']}", str(name), role)


def _token(provider: Provider, about: Mapping[str, Any], trip: Trip, address: str) -> str:
    import httpx  # noqa: PLC0415 - of the extra `web`
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 - as above

    try:
        with _client(provider) as client:
            found = client.fetch_token(
                about["token_endpoint"], authorization_response=address, code_verifier=trip.verifier
            )
    except AuthlibBaseError as caught:
        raise NotAdmitted("the provider did not vouch for you", target="oidc", hint="log in again") from caught
    except httpx.HTTPError as caught:
        raise _silent(provider) from caught
    return str(found.get("id_token"))


def _claims(provider: Provider, about: Mapping[str, Any], token: str, trip: Trip) -> dict[str, Any]:
    """Return what the token says, once it is theirs, for us, for this trip, and in force."""
    from joserfc import jwt  # noqa: PLC0415 - of the extra `web`
    from joserfc.errors import JoseError  # noqa: PLC0415 - as above
    from joserfc.jwk import KeySet  # noqa: PLC0415 - as above

    rules = jwt.JWTClaimsRegistry(
        leeway=_LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": trip.nonce},
    )
    try:
        keys = KeySet.import_key_set(_json(provider, about["jwks_uri"]))
        found = jwt.decode(token, keys, algorithms=list(_SIGNED))
        rules.validate(found.claims)
    except (JoseError, ValueError, KeyError) as caught:
        raise NotAdmitted("the provider's token is not right", target="oidc", hint="log in again") from caught
    return dict(found.claims)


def _about(provider: Provider) -> dict[str, Any]:
    found: dict[str, Any] = _json(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise NotAdmitted("the provider calls itself by another name", target="oidc", hint="mend config.toml")
    return found


def _json(provider: Provider, address: str) -> Any:
    import httpx  # noqa: PLC0415 - of the extra `web`

    try:
        return httpx.get(address, timeout=_SECONDS).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as caught:
        raise _silent(provider) from caught


def _client(provider: Provider) -> Any:
    from authlib.integrations.httpx_client import OAuth2Client  # noqa: PLC0415 - of the extra `web`

    method = "client_secret_basic" if provider.client_secret else "none"
    return OAuth2Client(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method=method,
        scope=provider.scope,
        redirect_uri=provider.redirect,
        code_challenge_method="S256",
        timeout=_SECONDS,
    )


def _silent(provider: Provider) -> Unreachable:
    hint = "accounts with a password of their own still come in"
    return Unreachable("the provider does not answer", target=provider.issuer, hint=hint)
