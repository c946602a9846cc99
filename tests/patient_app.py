"""The web process's app, which waits for Asterisk, Slack and the database as long as a busy machine needs. For gunicorn."""

from __future__ import annotations

import settings
from app import create_app
from handlers.api import health
from handlers.bulk import owner_lookup
from handlers.home import snapshot
from handlers.pages import visitor
from handlers.pages.access import members
from handlers.pages.administration import channels, nat
from handlers.pages.extensions import extension_page
from handlers.slack import workspace
from models.patience import USUAL
from pbx import advice, numbers
from pbx.publishing import verify
from tests.waiting import SECONDS

HASTY = (
    (advice, "TIMEOUT_SECONDS"),
    (channels, "SECONDS"),
    (extension_page, "ASTERISK_SECONDS"),
    (health, "AMI_SECONDS"),
    (members, "ASK_SECONDS"),
    (nat, "AMI_SECONDS"),
    (numbers, "AMI_TIMEOUT_SECONDS"),
    (owner_lookup, "ASK_SECONDS"),
    (snapshot, "ASTERISK_SECONDS"),
    (verify, "TIMEOUT_SECONDS"),
    (workspace, "ASK_SECONDS"),
)

for module, name, patience in (*((*each, SECONDS) for each in HASTY), (visitor, "BRIEF", USUAL)):
    assert hasattr(module, name), name
    setattr(module, name, patience)

app = create_app(settings.load())
