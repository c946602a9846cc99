"""How far an import has come."""

from __future__ import annotations

from handlers.bulk import import_steps, importing
from pbx.publishing.progress import Step


def test_it_only_ever_goes_forward() -> None:
    steps = ["checking", importing.SAVING, importing.WAITING, *Step]
    assert steps == list(import_steps.STEPS)
    shown = [import_steps.percent(step, done, 4) for step in steps for done in (0, 2, 4)]
    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (0, 100)


def test_what_it_does_not_know_is_a_beginning() -> None:
    assert (import_steps.percent("", 0, 0), import_steps.words("")) == (0, "Beginning")
    assert import_steps.percent("verifying", 9, 4) == 100
    assert import_steps.words("verifying") == "Saved. Asking Asterisk for every value"
