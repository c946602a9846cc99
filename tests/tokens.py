"""Tokens of the API for tests: their texts, as they are sent."""

from __future__ import annotations

from handlers.api import tokens
from models.actor import Actor
from models.api_token import Scope
from pbx.services import Services
from tests.server import Switchhook

BY = Actor("cli", "root")


def new_token(switchhook: Switchhook, name: str, *scopes: Scope) -> str:
    """Make one on the command line; it may read if nothing is said."""
    options = [f"--scope={scope}" for scope in scopes or (Scope.READ,)]
    made = switchhook.flask("token", "create", name, *options)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def made(services: Services, name: str = "hr-sync", scope: Scope = Scope.READ) -> str:
    """Make one in this process."""
    return tokens.create(services, name, [scope], 90, by=BY)[1].get_secret_value()
