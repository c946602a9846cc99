"""What was changed since an older state was noticed, by the audit."""

from __future__ import annotations

from typing import Any

from models.audit import AuditEntry
from pbx.settling.newer import KEPT, by_acts


def act(action: str, number: str, **changes: Any) -> AuditEntry:
    return AuditEntry(actor="cli:root", action=action, number=number, changes=changes)


def test_fields_are_newer_and_of_who_was_made_or_deleted_all_is() -> None:
    newer = by_acts(
        [
            act("changed", "101", secret=None),
            act("changed", "101", name=["Bob", "Rob"], secret=None),
            act("changed", "102", name=["Eve", "Eva"]),
            act("deleted", "102", name=["Eva", None]),
            act("created", "106", name=[None, "Frank"]),
            act("verified", "103"),
            act(KEPT, "104", name=["Dave", "David"]),
            act("changed", "105", made_for=[None, "hr:7"]),
        ],
        ["101", "103", "107"],
    )
    assert newer.words() == {
        "101": "password, name",
        "102": "deleted",
        "106": "made",
        "107": "asked for as it is",
    }
    assert newer.columns("101") == ["encrypted_secret", "name"]
    assert (newer.columns("102"), newer.has("102", "enabled"), newer.has("101", "enabled")) == (
        [],
        True,
        False,
    )
