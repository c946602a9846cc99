"""A block between two marks: all bytes around it come back as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pbx import voicemail
from pbx.config.admin_config import AdminConfig
from pbx.config.admin_dialplan import AdminDialplan
from pbx.config.managed_files import BEGIN, END, ConfigOnDisk, ManagedFile, Provenance, split
from pbx.errors import ConfigFileError

PATH = Path("/x.conf")
STAMP = Provenance("2f1c9a52-7f0e-4c55-9a0e-6f6f1d3c8b11", 7)
OTHER = Provenance("00000000-7f0e-4c55-9a0e-6f6f1d3c8b11", 7)


# As a version wrote it that did not say which database it had.
UNSIGNED = split(PATH, b"[a]\nb=c" + BEGIN + b"[101]\n" + END)


def with_block(text: str, stamp: Provenance = STAMP) -> ManagedFile:
    return split(PATH, ManagedFile(PATH, b"[a]\nb=c", None, b"").with_block(text, stamp))


def test_the_block_stands_between_two_marks_and_says_who_wrote_it() -> None:
    written = ManagedFile(PATH, b"[a]\nb=c", None, b"[below]\n").with_block("[101]\n", STAMP)
    assert written == (
        b"[a]\nb=c\n"
        b"; >>> Switchhook writes the lines from here to its closing mark. Change them with /ext in Slack.\n"
        b"; Written by database 2f1c9a52-7f0e-4c55-9a0e-6f6f1d3c8b11, write 7\n"
        b"[101]\n"
        b"; <<< Switchhook ends here.\n"
        b"[below]\n"
    )


@given(
    before=st.binary(), after=st.binary(), texts=st.lists(st.text(st.characters(codec="utf-8")), max_size=5)
)
def test_any_bytes_around_the_block_come_back(before: bytes, after: bytes, texts: list[str]) -> None:
    assume(b"Switchhook" not in before + after)
    managed = ManagedFile(PATH, before, None, after)
    for text in texts:
        managed = split(PATH, managed.with_block(text, STAMP))
        assert (managed.before, managed.block_text(), managed.after) == (before, text, after)
    assert managed.before + managed.after == before + after


@pytest.mark.parametrize(
    "damaged",
    [
        BEGIN + b"[101]\n",
        b"[101]\n" + END,
        END + BEGIN,
        (BEGIN + END) * 2,
        (BEGIN + b"[101]\n" + END).replace(b"\n", b"\r\n"),
        BEGIN + b"[101]\n" + END.rstrip(),
        BEGIN.replace(b"from here", b"  from here") + END,
    ],
    ids=["no end", "no begin", "turned round", "twice", "CRLF", "no last newline", "reworded"],
)
def test_damaged_marker_lines_are_refused(damaged: bytes) -> None:
    with pytest.raises(
        ConfigFileError, match=r"^/x\.conf does not have .* two marker lines as one pair.*delete both"
    ):
        split(PATH, b"[phone]\n" + damaged)


MAILBOXES = f"[switchhook]\n{voicemail.COMMENT}101_glahmndi => -none,Extension 101,,,attach=no\n"


def without_end(text: str, following: bytes) -> bytes:
    """As Asterisk leaves it, which takes the last comment out of voicemail.conf, and what somebody added then."""
    return with_block(text).content.removesuffix(END) + following


@pytest.mark.parametrize("following", [b"", b"\n", b"\n; Sales\n[sales]\n200 => 1,Bob\n", b"; \xff\n"])
def test_mailboxes_need_no_second_mark(following: bytes) -> None:
    content = without_end(MAILBOXES, following)
    found = split(PATH, content)
    assert (found.content, found.block_text(), found.after) == (content, MAILBOXES, following)
    assert found.written(MAILBOXES, STAMP) == content
    assert found.with_block(MAILBOXES, STAMP) == with_block(MAILBOXES).content + following
    assert found.without_block().count("\n") == content.decode("utf-8", "replace").count("\n")


@pytest.mark.parametrize(
    "following",
    [b"200 => 4711,Bob\n", b"\n[sales]\n102_glahmndi => -none\n", b"\n[switchhook](+)\n200 => 1,Bob\n"],
)
def test_lines_that_may_be_among_the_mailboxes_need_it(following: bytes) -> None:
    with pytest.raises(ConfigFileError, match=r"“; <<< Switchhook ends here\.” below") as refused:
        split(PATH, without_end(MAILBOXES, following))
    assert "4711" not in str(refused.value)
    with pytest.raises(ConfigFileError):
        split(PATH, without_end("[101]\n", b""))


def test_lines_around_mailboxes_that_go_are_not_joined() -> None:
    around = replace(with_block(MAILBOXES), after=b"[sales]\n", keeps_empty_block=False)
    assert around.with_block("", STAMP) == b"[a]\nb=c\n[sales]\n"


def test_a_file_without_marks_has_no_block() -> None:
    assert split(PATH, b"[a]\n") == ManagedFile(PATH, b"[a]\n", None, b"")


def test_a_block_says_which_database_wrote_it_and_how_often_it_had_written() -> None:
    assert with_block("[101]\n").written_by == STAMP
    assert with_block("[101]\n").block_text() == "[101]\n"
    assert UNSIGNED.written_by is None
    assert UNSIGNED.block_text() == "[101]\n"
    older = split(PATH, BEGIN + f"; Written by database {STAMP.identity}\n[101]\n".encode() + END)
    assert older.written_by == Provenance(STAMP.identity, 0)
    beyond = split(PATH, BEGIN + str(STAMP._replace(writes=10**17)).encode() + END)
    assert beyond.written_by is None  # nobody writes so often, and no database counts on from there


def test_a_block_is_of_the_database_that_wrote_it_whenever_it_did() -> None:
    assert with_block("").is_of(Provenance(STAMP.identity, 1))
    assert not with_block("").is_of(OTHER)
    assert not UNSIGNED.is_of(STAMP)
    assert not split(PATH, b"").is_of(STAMP)


def test_hand_written_lines_keep_their_numbers_and_an_empty_section_stands_for_the_block() -> None:
    numbered = split(PATH, ManagedFile(PATH, b"[a]\n", None, b"[below]\n\xff").with_block("b\nc\n", STAMP))
    on_disk = (numbered.before + BEGIN + (numbered.block or b"") + END + numbered.after).split(b"\n")
    by_hand = numbered.without_block().split("\n")
    assert by_hand == ["[a]", "", "[Switchhook's lines]", "", "", "", "", "[below]", "\ufffd"]
    assert on_disk.index(b"[below]") == by_hand.index("[below]")
    assert ManagedFile(PATH, b"[a]\n", None, b"").without_block() == "[a]\n\n[Switchhook's lines]"


def test_both_files_tell_who_wrote_them() -> None:
    admin = AdminConfig([], AdminDialplan([]))
    assert ConfigOnDisk(with_block("", STAMP), with_block("", OTHER), admin).provenances == [STAMP, OTHER]
    assert ConfigOnDisk(UNSIGNED, with_block("", OTHER), admin).provenances == [OTHER]
    blocks = ConfigOnDisk(with_block("[101]\n"), with_block("[from-internal]\n"), admin).blocks
    assert (blocks.pjsip, blocks.extensions) == ("[101]\n", "[from-internal]\n")
