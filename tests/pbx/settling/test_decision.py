"""Which of the two counts: in words, as a command, and as the audit has it."""

from __future__ import annotations

from models.audit import AuditEntry
from pbx.settling import decision
from pbx.settling.decision import Decision, Side
from tests.slash_commands import TESTER

ALL = Decision(Side.DATABASE, TESTER)
SOME = Decision(Side.ASTERISK, TESTER, ("101", "102"))
MANY = Decision(Side.ASTERISK, TESTER, [str(number) for number in range(100, 200)])


def entry(of: Decision) -> AuditEntry:
    return AuditEntry(actor=str(of.by), action=of.act[:400], changes=of.changes)


def test_it_says_what_becomes_of_phones_and_for_which_the_other_one_counts() -> None:
    assert str(ALL) == "phones become what the database has"
    assert str(SOME) == "phones stay as Asterisk has them, but for 101, 102"
    assert str(MANY).endswith("198, 199")
    assert SOME.not_ended == f"it was decided that {SOME}, and that is not carried out to its end"
    assert "107, 108, 109 and 90 more, and that is not" in MANY.not_ended


def test_the_command_is_the_one_that_was_given_unless_it_would_be_too_long_to_type() -> None:
    assert ALL.command == "flask settle database"
    assert SOME.command == "flask settle asterisk --but=101,102"
    assert MANY.command == "flask settle"


def test_the_audit_has_all_of_it_however_many_numbers_there_are() -> None:
    for each in (ALL, SOME, MANY):
        read = decision.of(entry(each))
        assert read
        assert read.is_as(each)
    assert decision.of(AuditEntry(actor="cli:root", action=f"{ALL.act} in other words", changes={})) is None


def test_it_is_the_same_in_whatever_order_the_numbers_come() -> None:
    assert SOME.is_as(Decision(Side.ASTERISK, TESTER, ["102", "101"]))
    assert not SOME.is_as(Decision(Side.ASTERISK, TESTER, ["101"]))
    assert not SOME.is_as(Decision(Side.DATABASE, TESTER, SOME.but))
    assert not MANY.is_as(Decision(Side.ASTERISK, TESTER, MANY.but[:70]))
