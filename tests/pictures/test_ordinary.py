"""No kind of message or window is without its pictures."""

from tests.handlers.slack.message_strategies import ANSWERS, CONTENTS
from tests.handlers.slack.modal_strategies import MODALS
from tests.pictures.ordinary import ORDINARY
from tests.pictures.ordinary.conversations import CONVERSATIONS
from tests.server import PROJECT

MAX_SIZE = 150_000  # bytes of a picture in the documents


def test_every_kind_has_ordinary_content() -> None:
    """One that is missing here goes into a file of tests/pictures/ordinary/."""
    assert set(ORDINARY) == {*CONTENTS, *ANSWERS, *MODALS}


def test_the_conversations_of_the_documents_can_be_made() -> None:
    assert all(conversation() for conversation in CONVERSATIONS.values())


def test_the_pictures_of_the_documents_are_those_and_small() -> None:
    pictures = list((PROJECT / "docs/pictures").glob("*.png"))
    assert {f"docs-{each.stem}" for each in pictures} == set(CONVERSATIONS)
    assert [each.name for each in pictures if each.stat().st_size > MAX_SIZE] == []
