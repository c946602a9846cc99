"""The windows of an ordinary day, by kind."""

from __future__ import annotations

from handlers.slack import windows
from handlers.slack.modals.alert_form import alerts_modal
from handlers.slack.modals.extension_forms import create_modal, edit_modal, overtaken
from handlers.slack.modals.extension_values import shown
from handlers.slack.modals.menu import menu_modal
from handlers.slack.modals.nat_form import nat_modal
from handlers.slack.roles import Role
from models.audit import AuditEntry
from models.fields import EndpointFields
from models.nat import Nat
from tests.pictures.ordinary.parts import ByKind
from tests.pictures.ordinary.people import ADA, BOB, NOW, extension


def renamed() -> AuditEntry:
    changes: dict[str, list[object]] = {"name": ["Bob", "Bob Marsh"]}
    return AuditEntry(at=NOW, action="changed", number="102", actor=f"slack:{ADA}", changes=changes)


WINDOWS: ByKind = {
    "wait_modal": windows.wait_modal,
    "create_modal": lambda: create_modal(shown(EndpointFields()) | {"name": "Alice Nguyen"}, "112"),
    "edit_modal": lambda: edit_modal(
        extension("102", "Bob Marsh", slack_user_id=BOB, email="bob@example.com"), {}
    ),
    "nat_modal": lambda: nat_modal(
        Nat(external_media_address="203.0.113.7", local_net=["192.168.1.0/24", "10.0.0.0/8"]), {}
    ),
    "alerts_modal": alerts_modal,
    "menu_modal": lambda: menu_modal([extension("103", "Ada Byron")], Role.ADMIN),
    "extension_forms.overtaken": lambda: overtaken(extension("102", "Bob Marsh"), [renamed()]),
}
