"""What is said of each row of an import, by how its extension is now."""

from __future__ import annotations

import pytest

from handlers.bulk import import_results
from handlers.bulk.import_results import Came, Now
from handlers.bulk.preview import PreviewRow
from models.extension import State
from pbx.bulk.rows import RowStatus

CREATED = PreviewRow(2, "101", "Alice", RowStatus.CREATED)
SAVED = {"101": [7, 1]}


@pytest.mark.parametrize(
    ("found", "came", "words"),
    [
        (Now(7, State.LIVE, None), Came.LIVE, "Created, and verified in Asterisk."),
        (
            Now(7, State.LIVE, "your own steps answer it", is_changed=True),
            Came.LIVE,
            "Created, and verified in Asterisk. Your own steps answer it. It has been changed since.",
        ),
        (
            Now(7, State.LIVE, None, enabled=False),
            Came.LIVE,
            "Created. It is disabled: no phone can use it.",
        ),
        (Now(7, State.PENDING, None), Came.WAITING, "Saved, not live yet. Asterisk was not asked yet."),
        (Now(7, State.FAILED, "no such codec"), Came.FAILED, "Saved, but not live. No such codec."),
        (Now(7, State.DELETING, None), Came.GONE, "Somebody is deleting it."),
        (Now(8, State.LIVE, None), Came.GONE, "Somebody has deleted it since."),
        (None, Came.GONE, "Somebody has deleted it since."),
    ],
)
def test_a_saved_row_is_as_its_extension_is_now(found: Now | None, came: Came, words: str) -> None:
    there = {"101": found} if found else {}
    assert import_results.of([CREATED], SAVED, there) == [(CREATED, came, words)]


def test_a_row_that_was_so_already_may_not_be_live_either() -> None:
    row = CREATED._replace(status=RowStatus.UNCHANGED)
    there = {"101": Now(7, State.FAILED, "no such codec")}
    (found,) = import_results.of([row], {}, there)
    assert (found.came, found.words) == (Came.UNCHANGED, "It was so already. It is not live: No such codec.")


def test_what_needs_somebody_is_on_top() -> None:
    refused = PreviewRow(4, "112", "", RowStatus.REFUSED, ["112 is an emergency number", "x"])
    unchanged = PreviewRow(3, "103", "Bob", RowStatus.UNCHANGED)
    changed = CREATED._replace(place=5, number="104", status=RowStatus.CHANGED)
    there = {"101": Now(7, State.LIVE, None), "104": Now(9, State.LIVE, None)}
    found = import_results.of([CREATED, unchanged, refused, changed], SAVED | {"104": [9, 3]}, there)
    assert [(each.row.number, each.words) for each in found] == [
        ("112", "112 is an emergency number; x"),
        ("101", "Created, and verified in Asterisk."),
        ("104", "Changed, and verified in Asterisk."),
        ("103", "It was so already."),
    ]
    assert import_results.counts(found) == {Came.REFUSED: 1, Came.LIVE: 2, Came.UNCHANGED: 1}


def test_passwords_to_download_are_those_that_were_made_and_are_sent_to_nobody() -> None:
    rows = [
        CREATED._replace(makes_password=True),
        CREATED._replace(number="102", makes_password=True, user="U0BOB0001"),
        CREATED._replace(number="103"),
        CREATED._replace(number="104", makes_password=True),
    ]
    saved = {number: [1, 1] for number in ("101", "102", "103")}
    assert import_results.to_download(rows, saved, hands_over=True) == {"101"}
    assert import_results.to_download(rows, saved, hands_over=False) == {"101", "102"}
