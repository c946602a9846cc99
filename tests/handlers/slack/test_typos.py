"""What was most likely meant."""

from __future__ import annotations

import pytest

from handlers.slack.typos import closest, corrected
from handlers.subcommands import SUBCOMMANDS


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("creat", "create"), ("crate", "create"), ("stauts", "status"), ("delte", "delete"), ("zzz", None)),
        *(("hlep", "help"), ("lsit", "list"), ("desable", "disable"), ("adotp", "adopt")),
    ],
)
def test_the_nearest_subcommand_is_meant(typed: str, meant: str | None) -> None:
    assert closest(typed, SUBCOMMANDS) == meant


@pytest.mark.parametrize("typed", ["undelete", "undisable", "unadopt", "disadopt"])
def test_the_opposite_is_never_meant(typed: str) -> None:
    assert closest(typed, SUBCOMMANDS) is None


@pytest.mark.parametrize(
    "typed",
    ["remove", "dave", "adele", "alex", "stefan", "drop", "reload", "alice", "stephanie", "frobnicate"],
)
def test_another_word_or_a_name_is_no_slip(typed: str) -> None:
    assert closest(typed, SUBCOMMANDS) is None


def test_all_the_rest_of_a_command_is_kept_as_slack_sent_it() -> None:
    text = "creat 101 “Bob &amp; Co” <@U0BOB0001|bob> notes=creat"
    assert corrected(text, "creat", "create") == "create 101 “Bob &amp; Co” <@U0BOB0001|bob> notes=creat"
    assert corrected("/ext  creat 101 Alice", "creat", "create") == "create 101 Alice"
    assert corrected("101 creat", "creat", "create") is None
