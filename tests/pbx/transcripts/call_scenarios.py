"""Calls that people make while a recording runs. The setup is in __init__.py."""

from __future__ import annotations

import time

from tests.pbx.transcripts.office import Office


def answered(office: Office) -> None:
    office.connect("101", "102", "102", rings=1)
    time.sleep(2)
    office.leave("101", "102")


def busy(office: Office) -> None:
    office["101"].dial("102")
    office["102"].wait_incoming()
    office["102"].reject()
    office["101"].wait_ended()


def cancelled(office: Office) -> None:
    office["101"].dial("102")
    office["102"].wait_incoming()
    time.sleep(1)
    office.leave("101", "102")


def no_answer(office: Office) -> None:
    office["101"].dial("501")
    office["101"].wait_ended()


def no_such_phone(office: Office) -> None:
    """The pattern of the range matches, but there is no such endpoint."""
    office["101"].dial("150")
    office["101"].wait_ended()


def phone_dead(office: Office) -> None:
    """It is registered and does not answer Asterisk."""
    with office.stranger("110") as phone:
        phone.register()
        phone.kill()
        office["101"].dial("508")
        office["101"].wait_ended()


def no_such_number(office: Office) -> None:
    office["101"].dial("777")
    office["101"].wait_ended()


def forked(office: Office) -> None:
    office["104"].dial("500")
    for number in ("101", "103"):
        office[number].wait_incoming()
    office.take("102", rings=1)
    time.sleep(1)
    office.leave("102", "104")


def forked_in_vain(office: Office) -> None:
    """One is busy, the others ring until the caller gives up."""
    office["104"].dial("500")
    office["102"].wait_incoming()
    office["102"].reject()
    time.sleep(1)
    office.leave("104", "101")


def through_a_queue(office: Office) -> None:
    """All agents ring twice; the second time the one behind a Local channel answers."""
    office["101"].dial("502")
    office["103"].wait_incoming()
    office.take("103", rings=0.5)
    time.sleep(1)
    office.leave("101", "103")


def queue_given_up(office: Office) -> None:
    office["101"].dial("502")
    office["102"].wait_incoming()
    time.sleep(1)
    office.leave("101", "102")


def through_a_local_channel(office: Office) -> None:
    office.connect("101", "503", "102")
    time.sleep(1)
    office.leave("102", "101")


def to_a_machine(office: Office) -> None:
    office["101"].dial("504")
    office["101"].wait_ended()


def to_the_voice_box(office: Office) -> None:
    office["101"].dial("505")
    office["101"].wait_ended()


def from_outside(office: Office) -> None:
    office.connect("900", "507", "102")
    time.sleep(1)
    office.leave("900", "102")


def to_outside(office: Office) -> None:
    office.connect("101", "506", "900")
    time.sleep(1)
    office.leave("101", "900")


def interleaved(office: Office) -> None:
    office["101"].dial("102")
    office.connect("103", "104", "104")
    office.take("102", rings=0.5)
    office.leave("103", "104")
    time.sleep(1)
    office.leave("101", "102")


def made_by_a_click(office: Office) -> None:
    office.asterisk.cli("channel originate PJSIP/101 extension 102@from-internal")
    office.take("101", rings=0.5)
    office.take("102", rings=0.5)
    time.sleep(1)
    office.leave("101", "102")


def redirected(office: Office) -> None:
    office.connect("101", "102", "102")
    time.sleep(0.5)
    channels = office.asterisk.cli("core show channels concise")
    caller = next(line for line in channels.splitlines() if line.startswith("PJSIP/101"))
    office.asterisk.cli(f"channel redirect {caller.partition('!')[0]} from-internal,103,1")
    office.take("103", rings=1)
    time.sleep(1)
    office.leave("103", "101")


def picked_up(office: Office) -> None:
    """108 takes the call that rings at 104."""
    with office.stranger("108") as phone:
        phone.register()
        time.sleep(0.5)
        office["101"].dial("104")
        office["104"].wait_incoming()
        time.sleep(1)
        phone.dial("*8")
        phone.wait_established()
        time.sleep(1)
        office["101"].hangup()
        phone.wait_ended()


def blind_transfer(office: Office) -> None:
    office["101"].dial("109")
    office.trent.take()
    time.sleep(1)
    office.trent.pass_on("103")
    office.take("103", rings=1)
    time.sleep(1)
    office.leave("101", "103")


def attended_transfer(office: Office) -> None:
    """103 is asked first."""
    office["101"].dial("109")
    office.trent.take()
    time.sleep(1)
    office.trent.hold()
    office.trent.call("103")
    office.take("103", rings=0.5)
    office.trent.established()
    time.sleep(1)
    office.trent.join()
    time.sleep(1)
    office.leave("101", "103")


def attended_transfer_by_the_caller(office: Office) -> None:
    office.trent.call("101")
    office.take("101")
    office.trent.established()
    office.trent.hold()
    office.trent.call("103")
    office.take("103", rings=0.5)
    office.trent.established()
    time.sleep(1)
    office.trent.join()
    time.sleep(1)
    office.leave("101", "103")


CALLS = (
    answered,
    busy,
    cancelled,
    no_answer,
    no_such_phone,
    phone_dead,
    no_such_number,
    forked,
    forked_in_vain,
    through_a_queue,
    queue_given_up,
    through_a_local_channel,
    to_a_machine,
    to_the_voice_box,
    from_outside,
    to_outside,
    interleaved,
    made_by_a_click,
    redirected,
    picked_up,
    blind_transfer,
    attended_transfer,
    attended_transfer_by_the_caller,
)
