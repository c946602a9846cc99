"""A preview that is not as it was when it was shown is told from the one that was."""

from __future__ import annotations

from pathlib import Path

from pbx.adoption.answers import digest

PATH = Path("pjsip.conf")


def test_the_digest_is_another_for_other_numbers_and_files() -> None:
    assert digest(["101"], {PATH: b"x"}) == digest(["101"], {PATH: b"x"})
    assert (
        len({digest(["101"], {PATH: b"x"}), digest(["102"], {PATH: b"x"}), digest(["101"], {PATH: b"y"})})
        == 3
    )
