"""A signed POST to the host's own server, which reaches the person (Standard Webhooks 1.0)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

import orjson
import requests
from django.conf import settings
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema
from standardwebhooks import Webhook as Signer

from campaigns.actions import Message, Refused
from campaigns.channels import Answer, Channel, Receipt, TryLater, Unknown
from marketing.kernel.text import Text
from marketing.people.queries import user_id

_TIMEOUT_S = (3.05, 10)
_NEVER_CONNECTED = ("NewConnectionError", "NameResolutionError")


class Webhook(Channel):
    """The ``webhook-id`` header is the idempotency key: the receiver must take it once."""

    label = Text("Webhook to your server", "回调到您的服务器")

    def send(self, person_id: int, message: Message, now: datetime) -> Answer:
        body = orjson.dumps({"person": user_id(person_id), **asdict(message)})
        try:
            answer = requests.post(
                settings.PUSH_WEBHOOK_URL,
                data=body,
                headers=self._headers(message.key, now, body),
                timeout=_TIMEOUT_S,
                allow_redirects=False,
            )
        except (requests.ConnectTimeout, InvalidURL, InvalidSchema, MissingSchema):
            return TryLater()  # nothing left; an operator may mend the address meanwhile
        except requests.ConnectionError as error:
            # Only a connection that was never made is known to have done nothing.
            never_made = any(name in repr(error) for name in _NEVER_CONNECTED)
            return TryLater() if never_made else Unknown("the webhook's connection broke")
        except requests.Timeout:
            return Unknown("the webhook did not answer in time")
        except requests.RequestException as error:
            return Unknown(f"the webhook's answer broke off ({type(error).__name__})")
        return _meaning(answer)

    def _headers(self, key: str, now: datetime, body: bytes) -> dict[str, str]:
        signature = Signer(settings.PUSH_WEBHOOK_SECRET).sign(key, now, body.decode())
        return {
            "content-type": "application/json",
            "webhook-id": key,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }


def _meaning(answer: requests.Response) -> Answer:
    if 200 <= answer.status_code < 300:
        return Receipt({"status": str(answer.status_code)})
    if answer.status_code in (408, 425, 429, 503):
        return TryLater(timedelta(minutes=5))
    if answer.status_code < 500:
        return Refused(f"webhook_{answer.status_code}")
    return Unknown(f"the webhook answered {answer.status_code}")
