"""A preview that is not as it was when it was shown is told from the one that was."""

from __future__ import annotations

from pathlib import Path

from pbx.adoption.answers import AdoptionPreview, digest
from tests.pbx.adoption.texts import PHONE, candidate

PATH = Path("pjsip.conf")


def test_the_digest_is_another_for_other_numbers_and_files() -> None:
    assert digest(["101"], {PATH: b"x"}) == digest(["101"], {PATH: b"x"})
    assert (
        len({digest(["101"], {PATH: b"x"}), digest(["102"], {PATH: b"x"}), digest(["101"], {PATH: b"y"})})
        == 3
    )


def test_the_digest_of_a_preview_follows_its_files() -> None:
    before, after = (AdoptionPreview([candidate(PHONE)], [], {PATH: (text, b"")}) for text in (b"x", b"y"))
    assert before.digest != after.digest
    assert before.digest != AdoptionPreview([], [], {PATH: (b"x", b"")}).digest
