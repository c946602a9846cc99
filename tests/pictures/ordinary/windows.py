"""The windows of an ordinary day, by kind."""

from __future__ import annotations

from handlers.slack import windows
from handlers.slack.modals.extension_forms import create_modal, edit_modal, overtaken
from handlers.slack.modals.extension_values import shown
from models.audit import AuditEntry
from models.fields import EndpointFields
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
    "extension_forms.overtaken": lambda: overtaken(extension("102", "Bob Marsh"), [renamed()]),
}
