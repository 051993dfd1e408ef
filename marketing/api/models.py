"""Keys of the API and remembered answers."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiKey(models.Model):
    """A write key can only write events; a server key may redeem, explain and sign tokens.

    Only a hash of the secret is stored. The secret that signs person tokens is derived from the
    server's SECRET_KEY and this key's id, so no signing secret lies in the database either.
    """

    class Kind(models.TextChoices):
        WRITE = "write", _("Write key (in the app)")
        SERVER = "server", _("Server key (on your server)")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    public_id = models.CharField(_("id"), max_length=24, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"

    @property
    def signing_secret(self) -> str:
        """HMAC-SHA256 of the id under SECRET_KEY, hex: what the host signs person tokens with."""
        message = f"person-token:{self.public_id}".encode()
        return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


def issue_key(name: str, kind: str) -> tuple[ApiKey, str]:
    """(row, the full key): the key is shown once and cannot be read again."""
    public_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name, kind=kind, public_id=public_id, secret_hash=hash_secret(secret)
    )
    prefix = "wk" if kind == ApiKey.Kind.WRITE else "sk"
    return key, f"{prefix}_{public_id}_{secret}"


def hash_secret(secret: str) -> str:
    """A fast hash suffices: the secret has 256 bits of its own."""
    return hashlib.sha256(secret.encode()).hexdigest()


class RememberedAnswer(models.Model):
    """The answer to a request with an Idempotency-Key, given again to its repeats."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE)
    idempotency_key = models.CharField(max_length=120)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remembered answer")
        verbose_name_plural = _("remembered answers")
        constraints = [
            models.UniqueConstraint(
                fields=["api_key", "idempotency_key"], name="answered_once_a_key"
            ),
        ]

    def __str__(self) -> str:
        return self.idempotency_key
