"""The words of Salesforce's token endpoint: its answer with a token, and its refusals."""

from __future__ import annotations

import secrets
import string

from authlib.oauth2 import OAuth2Error

TOKEN_PATH = "/services/oauth2/token"
PRODUCTION = "https://login.salesforce.com"

_IDENTIFIER = string.ascii_letters + string.digits
_TOKEN = _IDENTIFIER + "._"


def _text(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def token_answer(instance_url: str, scope: str = "api") -> dict[str, str]:
    """A token as Salesforce writes it: the organisation, `!`, and some ninety characters, no `expires_in`."""
    organisation = "00D" + _text(_IDENTIFIER, 12)
    return {
        "access_token": f"{organisation}!AQ{_text(_TOKEN, 94)}",
        "scope": scope,
        "instance_url": instance_url,
        "id": f"{PRODUCTION}/id/{organisation}AAA/005{_text(_IDENTIFIER, 12)}AAA",
        "token_type": "Bearer",
    }


class Refusal(OAuth2Error):
    """A refusal in Salesforce's words."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error=error, description=description)


def wrong_client() -> Refusal:
    return Refusal("invalid_client_id", "client identifier invalid")


def wrong_assertion() -> Refusal:
    return Refusal("invalid_grant", "invalid assertion")


def expired() -> Refusal:
    return Refusal("invalid_grant", "expired authorization code")


def wrong_audience() -> Refusal:
    return Refusal("invalid_grant", "audience is invalid")


def not_approved() -> Refusal:
    return Refusal("invalid_grant", "user hasn't approved this consumer")


def wrong_grant_type() -> Refusal:
    return Refusal("unsupported_grant_type", "grant type not supported")
