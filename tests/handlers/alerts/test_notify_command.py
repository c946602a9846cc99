"""`/ext notify` through gunicorn, and what the listener's rules then send, over HTTP and over Socket Mode."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlmodel import delete

from models import outbox
from models.direct_alerts_off import DirectAlertsOff
from models.extension import Extension, State
from models.lease import LeaseHolder
from models.outbox import OutboxMessage
from pbx.facts import Disposition
from pbx.services import Services
from tests import one_server
from tests.factories import PHONES, ended, holder_of, insert_extension, outbox_texts, ringing, store_and_alert
from tests.server import Switchhook, quiet_settings
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slash_commands import say
from tests.waiting import wait_for

BOB, CAROL = "U0BOB0001", "U0CAROL01"
way = one_server.both_ways


@dataclass
class Listening:
    """The rules of the listener, on the database of the running web process."""

    services: Services
    holder: LeaseHolder
    calls: int = field(default=0)

    def miss_a_call(self, disposition: Disposition = "no answer") -> list[str]:
        """The phones of Bob and Carol ring in vain; return who is sent something."""
        told = len(outbox_texts(self.services))
        self.calls += 1
        call = f"{self.calls}.1"
        facts = ringing(call, callee="102"), ringing(call, callee="103"), ended(call, disposition=disposition)
        store_and_alert(self.services, self.holder, *facts)
        return [channel for channel, _ in outbox_texts(self.services)[told:]]


@pytest.fixture(scope="module")
def services(database_url: str, slack: SlackStandIn) -> Iterator[Services]:
    built = Services.of(quiet_settings(Path(database_url.removeprefix("sqlite:///")), slack))
    yield built
    built.database.close()


@pytest.fixture(scope="module")
def holder(services: Services) -> LeaseHolder:
    return holder_of(services)


@pytest.fixture
def listening(services: Services, holder: LeaseHolder) -> Iterator[Listening]:
    theirs = {"state": State.LIVE, "last_verified": {"enabled": True}}
    for number, name, user_id in (("102", "Bob", BOB), ("103", "Carol", CAROL), ("104", "Bob", BOB)):
        insert_extension(services, number, name=name, slack_user_id=user_id, **theirs)
    yield Listening(services, holder)
    with services.database.session() as session:
        for table in (Extension, OutboxMessage, DirectAlertsOff):
            session.exec(delete(table))


@pytest.fixture
def bob(slack: SlackStandIn, switchhook: Switchhook) -> SlackUser:
    return SlackUser(slack, switchhook.url, user_id=BOB, user_name="bob")


def test_off_stops_what_one_person_is_sent_and_on_sends_it_again(
    bob: SlackUser, listening: Listening
) -> None:
    assert say(bob, "notify").startswith("🔔 You get a direct message for each call that you miss.")
    assert listening.miss_a_call() == [PHONES, BOB, CAROL]
    answer = say(bob, "notify off")
    assert answer.startswith("🔕 Done: you get no direct messages about calls that you miss.")
    assert "App Home lists them" in answer
    assert "Voicemails that people leave for you are sent in any case" in answer
    assert listening.miss_a_call() == [PHONES, CAROL]
    assert say(bob, "notify OFF").startswith("🔕 You get no direct messages")
    assert say(bob, "notify on").startswith("🔔 Done: you get a direct message for each call that you miss.")
    assert say(bob, "notify on").startswith("🔔 You get a direct message")
    assert listening.miss_a_call() == [PHONES, BOB, CAROL]


def test_the_button_below_the_answer_does_the_other(bob: SlackUser, listening: Listening) -> None:
    [shown] = bob.replies(bob.command("/ext", "notify"))
    off = as_text(bob.replies(bob.click(shown, "ext_replace_notify_off", ":notify off"))[0])
    assert off.startswith("🔕 Done: you get no direct messages")
    assert listening.miss_a_call() == [PHONES, CAROL]


def test_a_call_at_voicemail_without_a_recording_is_one_of_them(bob: SlackUser, listening: Listening) -> None:
    say(bob, "notify off")
    listening.miss_a_call("voicemail")
    with listening.services.database.session() as session:
        assert outbox.find_open_by_prefix(session, "missed-at-voicemail:", BOB) == []
        assert len(outbox.find_open_by_prefix(session, "missed-at-voicemail:", CAROL)) == 1


def test_app_home_and_the_status_of_ones_own_extension_show_it_with_a_button(
    slack: SlackStandIn, bob: SlackUser, listening: Listening
) -> None:
    bob.open_home()
    homes = slack.workspace.homes
    wait_for(lambda: "🔔 You get a direct message for each call" in as_text(homes.get(BOB, {})))
    bob.click(homes[BOB], "ext_run_notify_off", ":notify off")
    wait_for(lambda: "🔕 You get no direct messages about calls" in as_text(homes[BOB]))
    assert listening.miss_a_call() == [PHONES, CAROL]
    assert "🔕 You get no direct messages about calls" in say(bob, "status 102")
    assert "direct message" not in say(bob, "status 103")
    bob.click(homes[BOB], "ext_run_notify_on", ":notify on")
    wait_for(lambda: "🔔 You get a direct message for each call" in as_text(homes[BOB]))


def test_who_has_no_extension_reads_what_is_missing(
    guest: SlackUser, admin: SlackUser, slack: SlackStandIn
) -> None:
    for user in (guest, admin):
        assert "No extension is noted as yours, so no missed call is told you" in say(user, "notify off")
    guest.open_home()
    wait_for(lambda: "You have no extension yet" in as_text(slack.workspace.homes.get(guest.user_id, {})))
    assert "direct message" not in as_text(slack.workspace.homes[guest.user_id])


@pytest.mark.parametrize(
    "text", ["notify of", "notify off 102", f"notify <@{CAROL}|carol> off", "notify name=x"]
)
def test_what_else_is_typed_is_refused_with_the_words_to_type(
    bob: SlackUser, listening: Listening, text: str
) -> None:
    assert "type /ext notify on, or /ext notify off" in say(bob, text)
    assert listening.miss_a_call() == [PHONES, BOB, CAROL]
