"""The guide's “Complete Setup for 2 Extensions”, each step checked."""

from __future__ import annotations

import json
from contextlib import ExitStack

from tests.asterisk_bed import Phone
from tests.asterisk_bed.phones import PhoneError
from tests.demo.stage import Stage, StepFailed
from tests.slack_stand_in import as_text


def tell(stage: Stage, stack: ExitStack) -> None:
    """The phones stay plugged in until the stack unwinds. Raises StepFailed at the first step that is not true."""
    secrets = {"101": _create(stage, "101", "Alice"), "102": _create(stage, "102", "Bob")}
    _verify(stage)
    alice, bob = (_plug_in(stage, stack, number, secret) for number, secret in secrets.items())
    _check_registration(stage)
    _call(stage, alice, bob)
    _reject_old_secret(stage, secrets["102"])
    _ask_as_program(stage)


def _create(stage: Stage, number: str, name: str) -> str:
    if number == "101":
        stage.chapter("1. Create the extensions")
    answer = as_text(stage.type(f"/ext create {number} {name}"))
    stage.must(answer, f"✅ Extension {number} is ready for {name}\\.")
    return stage.must(answer, r"^Password +(\S+)$")


def _verify(stage: Stage) -> None:
    stage.chapter("2. Verify in Asterisk")
    stage.must(as_text(stage.type("/ext verify 101")), "✅")
    stage.say("The same, asked of Asterisk's own console: pjsip show endpoints, core show hints")
    endpoints = stage.asterisk.cli("pjsip show endpoints")
    hints = stage.asterisk.cli("core show hints")
    stage.show("\n".join(line for line in (endpoints + hints).splitlines() if "101" in line or "102" in line))
    for number in ("101", "102"):
        stage.must(endpoints, f"Endpoint: +{number}")
        stage.must(hints, f"{number}@from-internal +: PJSIP/{number}")


def _plug_in(stage: Stage, stack: ExitStack, number: str, secret: str) -> Phone:
    if number == "101":
        stage.chapter("3. Plug the phones in, with the secrets that Slack showed")
    try:
        phone = stack.enter_context(Phone(number, secret, stage.asterisk.sip_domain))
        phone.register()
    except PhoneError as error:
        raise StepFailed(str(error)) from None
    stage.alert(f"✅ Extension.*{number}.* registered")
    return phone


def _check_registration(stage: Stage) -> None:
    stage.chapter("4. Verify the registration")
    answer = as_text(stage.type("/ext status 102"))
    stage.must(answer, r"🟢 102 · Bob\nRegistered\nRegistered since .* 127\.0\.0\.1:[0-9]+")
    stage.must(as_text(stage.type("/ext list")), "2 extensions · 🟢 2 registered")
    stage.must(as_text(stage.type("/ext presence 102")), "idle")
    stage.must(as_text(stage.type("/ext doctor 102")), "Nothing is wrong")


def _call(stage: Stage, alice: Phone, bob: Phone) -> None:
    stage.chapter("5. Test call: 101 dials 102")
    try:
        alice.dial("102")
        caller = bob.wait_incoming()
        stage.say(f"102 rings; its display says {caller}.")
        stage.alert("🔔 101 Alice → 102 Bob · ringing")
        bob.answer()
        alice.wait_established()
        bob.wait_established()
        stage.alert("101 Alice → 102 Bob · talking")
        alice.hangup()
        bob.wait_ended()
        stage.alert(
            r"📞 101 Alice → 102 Bob · talked (.|\n)*Call ended: PJSIP/102-[0-9a-f]+ - Normal Clearing"
        )
    except PhoneError as error:
        raise StepFailed(str(error)) from None
    if caller != "101":
        raise StepFailed(f"102 saw {caller} as its caller, not 101")


def _reject_old_secret(stage: Stage, old: str) -> None:
    stage.chapter("6. A secret that got around is replaced")
    stage.must(as_text(stage.type("/ext secret 102")), r"^Password +(\S+)$")
    with Phone("102", old, stage.asterisk.sip_domain) as phone:
        try:
            phone.register()
        except PhoneError:
            stage.say("A phone with the old secret is turned away.")
            return
    raise StepFailed("a phone registered with the old secret")


def _ask_as_program(stage: Stage) -> None:
    stage.chapter("7. A program does the same over the REST API")
    body = json.dumps({"extension_number": "103", "name": "Carol"})
    created = stage.request("POST", "/api/extensions", body)
    stage.must(created, '"asterisk_verified": true')
    calls = stage.request("GET", "/api/events/calls?limit=1")
    stage.must(calls, '"cause_text": "Normal Clearing"')
