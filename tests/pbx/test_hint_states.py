from __future__ import annotations

import pytest

from pbx.hint_states import MODULES, Hint, HintState, hint, watchers_of


def shown(**more: str) -> dict[str, str]:
    return {"Exten": "101", "Context": "from-internal", "Hint": "PJSIP/101", "Status": "0"} | more


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("0", HintState.IDLE),
        ("1", HintState.IN_USE),
        ("2", HintState.BUSY),
        ("4", HintState.UNAVAILABLE),
        ("8", HintState.RINGING),
        ("9", HintState.RINGING_IN_USE),
        ("16", HintState.ON_HOLD),
        ("17", HintState.ON_HOLD),
        ("-1", HintState.UNKNOWN),
        ("", HintState.UNKNOWN),
    ],
)
def test_every_status_of_asterisk_is_a_state_in_plain_words(status: str, state: HintState) -> None:
    assert hint(shown(Status=status), ["103"]) == Hint("101", "from-internal", "PJSIP/101", state, ("103",))


def test_a_phone_that_subscribed_twice_watches_once_and_voice_mail_is_no_presence() -> None:
    def subscription(endpoint: str, kind: str = "extension_state") -> dict[str, str]:
        return {"Endpoint": endpoint, "Extension": "102", "SubscriptionType": kind}

    events = [
        subscription("103"),
        subscription("103"),
        subscription("104"),
        subscription("105", "mwi"),
        {"Event": "x"},
    ]
    assert watchers_of(events) == {"102": ["103", "104"]}


def test_a_missing_module_is_named_with_what_it_is_for_and_how_to_load_it() -> None:
    (exten_state,) = [module for module in MODULES if module.name == "res_pjsip_exten_state"]
    assert exten_state.warning == (
        "Asterisk has not loaded res_pjsip_exten_state (busy lamps (BLF) and presence, from the hints): without it a phone that "
        "subscribes gets “489 Bad Event”; "
        'asterisk -rx "module load res_pjsip_exten_state.so" loads it, and so that it stays: in modules.conf take out the '
        "line `noload => res_pjsip_exten_state.so`, or, with autoload=no, add `load => res_pjsip_exten_state.so`"
    )


def test_what_others_wait_for_takes_a_restart() -> None:
    assert "“501 Not Implemented”; in modules.conf" in MODULES[0].warning
    assert MODULES[0].warning.endswith("then systemctl restart asterisk, as other modules wait for it")
