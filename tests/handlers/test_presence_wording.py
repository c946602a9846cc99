from __future__ import annotations

import pytest

from handlers import presence_wording
from pbx.hint_states import Hint, HintState, Presence

BOB = Hint("102", "from-internal", "PJSIP/102", HintState.RINGING, ("103", "104"))
NIGHT = Hint("night", "lamps", "Custom:night", HintState.IDLE)


@pytest.mark.parametrize("state", HintState)
def test_every_state_has_an_emoji(state: HintState) -> None:
    assert presence_wording.EMOJI[state]


def test_a_list_has_a_line_for_each_hint_and_counts_them() -> None:
    found = Presence((BOB, NIGHT), names={"102": "Bob"})
    assert presence_wording.lines(found, None) == [
        "102 (Bob): 🔔 ringing, watched by 103, 104 · PJSIP/102 in from-internal",
        "night: 🟢 idle, watched by nobody · Custom:night in lamps",
    ]
    assert presence_wording.headline(found) == "2 hints: 1 idle, 1 ringing; 1 watched"
    assert presence_wording.headline(Presence((NIGHT,))) == "1 hint: 1 idle; 0 watched"
    assert presence_wording.headline(Presence(())) == "Asterisk has no hint, so busy lamps (BLF) show nothing"


def test_one_number_also_says_what_its_phones_watch() -> None:
    found = Presence((NIGHT,), watched=(BOB,), names={"102": "Bob"})
    assert presence_wording.lines(found, "night")[1:] == ["The phones of night watch 102 (Bob)."]
    assert presence_wording.lines(Presence((BOB,)), "102")[1:] == ["The phones of 102 watch nothing."]


def test_of_many_watchers_ten_are_named_unless_one_number_was_asked_for() -> None:
    watchers = tuple(str(number) for number in range(100, 113))
    crowd = Presence((Hint("102", "x", "PJSIP/102", HintState.IDLE, watchers),))
    assert ", 109 and 3 more ·" in presence_wording.lines(crowd, None)[0]
    assert ", 111, 112 ·" in presence_wording.lines(crowd, "102")[0]
