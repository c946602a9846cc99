"""Which names are one person's: the same words always are, initials only beside two whole words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.onboarding import matching
from handlers.onboarding.matching import Person
from models.extension import Extension
from models.field_rules import JOINERS_AND_MARKS
from models.fields import Changes
from models.hr_delivery import DeliveryState
from tests.handlers.onboarding.admin_actions import enabled
from tests.handlers.onboarding.hr_driver import HrDriver, joined, left

SAME, MAYBE, OTHER = "the same", "the admins are asked, if nothing else speaks against it", "another"

DECISIONS = [
    ("Alice", "Smith, Alice", SAME),
    ("Alice Smith", "alice smith", SAME),
    ("Ali Smith", "Alice Smith", SAME),
    ("Zoë Müller", "Zoe Muller", SAME),
    ("Işık", "IŞIK", SAME),
    ("Carol (desk)", "Carol Jones", SAME),
    ("Carol (desk) Jones", "Carol Jones", SAME),
    ("(desk)", "Desk", SAME),
    ("(desk)", "Carol", OTHER),
    ("Carol Smith", "Chris Smith", MAYBE),
    ("Ali Alice", "Alice Bob", MAYBE),
    ("Alice", "Bob", OTHER),
    # Initials: the same words, and no other's initial
    ("John Q. Public", "John Q. Public", SAME),
    ("John Q. Public", "public, john q", SAME),
    ("John Q. Public", "John Public", SAME),
    ("John Q. Public", "John X. Public", MAYBE),
    ("Malcolm X", "Malcolm X Shabazz", SAME),
    ("O", "o.", SAME),
    # An initial stands for a word beside two whole ones ...
    ("John Q. Public", "John Quentin Public", SAME),
    ("John Q. Public", "Public, John Xavier", MAYBE),
    ("John J. Public", "John Public Xavier", MAYBE),
    ("Jean-Luc P", "Jean-Luc Picard", SAME),
    # ... and otherwise for anybody's
    ("J. Smith", "John Smith", MAYBE),
    ("J. Smith", "Jane Smith", MAYBE),
    ("Anna B.", "Anna Braun", MAYBE),
    ("J. Q. Public", "John Quentin Public", MAYBE),
    ("A", "Alice", OTHER),
    ("J. S.", "John Smith", OTHER),
    # Where a letter is a whole name, or part of a word
    ("李 明", "明 李", SAME),
    ("李 明", "李 明 华", MAYBE),
    ("李 明", "李 华", MAYBE),
    ("李 明", "王 华", OTHER),
    ("이 수진", "임 수진", MAYBE),
    ("मीरा", "मीरा", SAME),
    ("मीरा", "मोर", OTHER),
    ("Sean O'Brien", "Sean O’Brien", SAME),
    ("Sean O'Brien", "Sean OBrien", SAME),
    ("Sean O'Brien", "Sean Oscar Brien", MAYBE),
    # Nothing but signs
    ("☎", "☎", SAME),
    ("☎", "🦊", OTHER),
]


@pytest.mark.parametrize(("one", "other", "decision"), DECISIONS)
def test_two_names_are_one_persons_or_not_in_either_order(one: str, other: str, decision: str) -> None:
    for a, b in ((one, other), (other, one)):
        assert (matching.is_same(a, b), matching.share_a_word(a, b)) == (decision == SAME, decision != OTHER)


def test_no_name_is_not_the_same_as_no_name() -> None:
    assert not matching.is_same("", "")
    assert not matching.is_same("", "Alice")


def spellings(name: str) -> set[str]:
    dotted = " ".join(f"{word}." if len(word) == 1 and word.isalpha() else word for word in name.split())
    backwards = " ".join(reversed(name.split()))
    has_brackets = "(" in unicodedata.normalize("NFKD", name)
    forms = {unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    return forms | {name.upper(), name.lower(), dotted} | (set() if has_brackets else {backwards})


characters = st.characters(exclude_categories=["C"]) | st.sampled_from(
    "QXoßıİ李明김मी’.-()é" + JOINERS_AND_MARKS
)
some_words = st.lists(st.text(characters, min_size=1, max_size=3), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=60)
@given(some_words)
def test_every_name_that_may_be_typed_is_the_same_as_itself_however_it_is_spelled(text: str) -> None:
    try:
        name = Changes(name=text).name
    except ValueError:  # invisible
        return
    for other in spellings(name):
        assert matching.is_same(name, other)
        assert matching.share_a_word(name, other)


WITH_ONE_LETTER = ["John Q. Public", "Malcolm X", "Jean-Luc P", "李 明", "O"]


@pytest.mark.parametrize("name", WITH_ONE_LETTER)
def test_an_extension_by_their_own_name_is_theirs(name: str) -> None:
    person, own = Person((name,), frozenset()), Extension(number="105", name=name, encrypted_secret="")
    assert matching.reassigned(person, own) is None
    assert matching.mismatch(person, own) is None
    assert matching.is_namesake(person, own)
    assert matching.is_possible(person, own)


def test_a_name_that_may_be_anothers_by_its_initial_is_neither_locked_out_nor_handed_over_unasked() -> None:
    person = Person(("John Smith",), frozenset({"john@example.com"}))
    desk = Extension(number="105", name="J. Smith", email="john@example.com", encrypted_secret="")
    assert matching.reassigned(person, desk) == "105 is named J. Smith by now"
    assert "but is named J. Smith" in str(matching.mismatch(person, desk))


def test_who_has_an_initial_is_locked_out_when_they_leave(hr_driver: HrDriver) -> None:
    hr_driver.deliver(joined(name="John Q. Public", email="jqp@example.com"))
    assert enabled(hr_driver) == ["100"]
    number = hr_driver.deliver(left(name="John Quentin Public"))
    assert (hr_driver.state(number)[0], enabled(hr_driver)) == (DeliveryState.DONE, [])
