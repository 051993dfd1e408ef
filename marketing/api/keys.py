"""Who calls: the app with a write key, a person with a token, the host's server with its key."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass

import jwt
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from marketing.api.models import ApiKey, hash_secret
from marketing.kernel.errors import Forbidden, NotFound, Unauthorized

MAX_TOKEN_LIFE_S = 3_600


@dataclass(frozen=True)
class Caller:
    """``person`` is a token's ``sub``, empty for a key. ``pk`` names the caller for throttles."""

    key: ApiKey
    person: str = ""

    is_authenticated = True

    @property
    def pk(self) -> str:
        return f"{self.key.public_id}:{self.person}"


class KeyAuthentication(BaseAuthentication):
    """Basic (Segment's way: the key as user name) or Bearer; a JWT names its key in ``kid``."""

    def authenticate(self, request: Request) -> tuple[Caller, None]:
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        presented = rest.strip()
        if scheme.lower() == "basic":
            presented = _user_name(presented)
        if scheme.lower() not in ("basic", "bearer") or not presented:
            raise Unauthorized(
                code="no_credentials", fix="Send 'Authorization: Bearer <key or token>'."
            )
        caller = _of_token(presented) if presented.count(".") == 2 else _of_key(presented)
        return caller, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _user_name(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except ValueError:  # not base64, not ASCII, not UTF-8
        return ""


def _of_key(presented: str) -> Caller:
    kind, _, rest = presented.partition("_")
    public_id, _, secret = rest.partition("_")
    key = _find(public_id)
    right = key is not None and hmac.compare_digest(key.secret_hash, hash_secret(secret))
    if key is None or not right or kind != ("wk" if key.kind == ApiKey.Kind.WRITE else "sk"):
        raise Unauthorized(code="bad_key", fix="Check the key, or issue a new one in the studio.")
    return Caller(key)


def _of_token(token: str) -> Caller:
    """HS256 under the server key's derived signing secret; short-lived; ``sub`` is the person."""
    try:
        key = _find(str(jwt.get_unverified_header(token).get("kid", "")))
        if key is None or key.kind != ApiKey.Kind.SERVER:
            raise Unauthorized(code="bad_token", fix="Put the server key's id into 'kid'.")
        claims = jwt.decode(
            token,
            key.signing_secret,
            algorithms=["HS256"],
            options={"require": ["exp", "iat", "sub"]},
        )
    except jwt.ExpiredSignatureError:
        raise Unauthorized("The token has expired", code="token_expired",
                           fix="Ask your server for a new one.") from None  # fmt: skip
    except (jwt.InvalidTokenError, UnicodeDecodeError):
        raise Unauthorized(code="bad_token", fix="Sign HS256 with exp, iat and sub.") from None
    # The library takes numbers in texts; a life must be counted.
    if not all(isinstance(claims[name], int | float) for name in ("exp", "iat")):
        raise Unauthorized(code="bad_token", fix="Send 'exp' and 'iat' as numbers.")
    if claims["exp"] - claims["iat"] > MAX_TOKEN_LIFE_S:
        raise Unauthorized(
            "The token lives longer than an hour", code="token_too_long", fix="Shorten 'exp'."
        )
    return Caller(key, str(claims["sub"]))


def _find(public_id: str) -> ApiKey | None:
    if not public_id or "\x00" in public_id:
        return None
    return ApiKey.objects.filter(public_id=public_id, revoked_at=None).first()


def caller_of(request: Request) -> Caller:
    """Whom ``KeyAuthentication`` found; DRF's stubs know Django's users only."""
    caller: Caller = request.user  # type: ignore[assignment]
    return caller


def require_write(request: Request) -> Caller:
    """A write key, nothing else: what lies in an app must not be able to read."""
    return _require(request, ApiKey.Kind.WRITE)


def require_server(request: Request) -> Caller:
    return _require(request, ApiKey.Kind.SERVER)


def require_person(request: Request, external_id: str) -> Caller:
    """A token of exactly this person; any other id does not exist for the caller."""
    caller = caller_of(request)
    if not caller.person:
        raise Forbidden("This needs a person's token", code="needs_person_token",
                        fix="Sign a token on your server.")  # fmt: skip
    if caller.person != external_id:
        raise NotFound("There is no such person", code="unknown_person")
    return caller


def _require(request: Request, kind: str) -> Caller:
    caller = caller_of(request)
    if caller.key.kind != kind or caller.person:
        raise Forbidden(f"This needs a {kind} key", code=f"needs_{kind}_key")
    return caller
