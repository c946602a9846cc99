"""Alerts in words: the guide's, within Slack's limits, and harmless whatever a caller is named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce

import pytest

from handlers import wording
from handlers.alerts.call_messages import Call, MissedCall
from handlers.alerts.channel_messages import ChannelBroken
from handlers.alerts.login_messages import AddressAttack
from handlers.alerts.phone_messages import WHY, Flapping, FlappingEnded, Registrations
from handlers.slack.message_content import MessageContent
from models.event import Event
from pbx import history, login_counts
from pbx.facts import Fact, LoginFailed
from tests.factories import NOON, answered, ended, login_failed, moved, registered, ringing, unregistered
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_length, check_message

EVIL = "<!channel> & <https://evil.example|Bob>" * 6  # 234 characters; the longest name has 255


def event(fact: Fact, backfilled: bool = False) -> Event:
    return Event(**history.row_of(fact) | {"backfilled": backfilled})


def call(*facts: Fact, backfilled: bool = False) -> Call:
    first, *rest = [event(fact, backfilled) for fact in facts]
    return reduce(Call.after, rest, Call.begin(first))


def burst(facts: Iterable[Fact], backfilled: bool = False) -> Registrations:
    happened = [event(fact, backfilled) for fact in facts]
    content = Registrations.begin(happened[0])
    for each in happened:
        content.add(each)
    return content


def attack(*facts: LoginFailed) -> AddressAttack:
    (row,) = login_counts.counted(facts).values()
    return AddressAttack.begin(row)


def seen(content: MessageContent) -> str:
    """As people see it, after Slack has found nothing wrong with it."""
    message = content.render()
    check_message({"text": message.text, "blocks": message.blocks})
    check_length(message.blocks)
    return as_text({"text": message.text, "blocks": message.blocks})


def test_a_call_is_told_in_the_guides_words() -> None:
    assert seen(call(ringing())) == "🔔 Extension 102 ringing from 101"
    assert seen(call(ringing(name="Alice"))) == "🔔 Extension 102 ringing from 101 (Alice)"
    assert seen(call(ringing(), answered())) == "🗣️ 102 answered 101 after 2 s"
    assert seen(call(ringing(name="Alice"), answered(), ended())) == (
        "📞 Call ended: PJSIP/102-00000001 - Normal Clearing\n101 (Alice) → 102: talked 1 min 5 s, rang 2 s"
    )


def test_the_notification_says_what_the_message_says() -> None:
    assert call(ringing()).render().text == "🔔 Extension 102 ringing from 101"
    assert call(ringing(), ended()).render().text == "📞 Call ended: PJSIP/102-00000001 - Normal Clearing"
    assert burst([registered("101")]).render().text == "✅ Extension 101 registered"


@pytest.mark.parametrize("disposition", ["no answer", "busy", "cancelled", "unavailable", "failed"])
def test_a_call_that_nobody_took_says_why(disposition: str) -> None:
    told = seen(call(ringing(), ended(disposition=disposition, cause_text="User busy")))  # type: ignore[arg-type]
    assert told == f"📞 Call ended: PJSIP/102-00000001 - User busy\n101 → 102: {disposition}, rang 2 s"


def test_a_call_without_a_cause_or_a_caller_is_told_all_the_same() -> None:
    assert seen(call(ended(caller="", cause_text=""))) == (
        "📞 Call ended: PJSIP/102-00000001 - Unknown\nan unknown caller → 102: talked 1 min 5 s, rang 2 s"
    )
    assert seen(call(ringing(caller="", name=""))) == "🔔 Extension 102 ringing from an unknown caller"
    assert seen(call(ringing(caller="101", name="101"))) == "🔔 Extension 102 ringing from 101"


def test_a_fork_names_every_phone_that_rings_once() -> None:
    phones = [
        ringing(callee="102"),
        ringing(callee="103"),
        ringing(callee="102"),
        ringing(callee="101", caller="900"),
    ]
    assert seen(call(*phones)) == "🔔 Extensions 102, 103, 101 ringing from 101"
    assert seen(call(*phones, answered(callee="103"))) == "🗣️ 103 answered 101 after 2 s"


def test_a_phone_that_rings_after_the_answer_does_not_take_the_answer_back() -> None:
    assert seen(call(ringing(), answered(), ringing(callee="103"))) == "🗣️ 102 answered 101 after 2 s"


def test_what_happened_unseen_is_marked() -> None:
    assert seen(call(ringing(), backfilled=True)).splitlines() == [
        "🔔 Extension 102 ringing from 101",
        "while we were away",
    ]
    assert seen(call(ringing(), ended(), backfilled=True)).endswith(
        "101 → 102: answered, ended (while we were away)"
    )
    live = call(ringing(), backfilled=True).after(event(answered()))
    assert "away" not in seen(live)
    assert seen(burst([registered("101")], backfilled=True)).endswith(
        "Snom at 192.0.2.7:5060 (while we were away)"
    )
    some_live = burst([registered("101")], backfilled=True)
    some_live.add(event(registered("102")))
    assert "away" not in seen(some_live)


def test_a_phone_that_comes_goes_or_moves_is_told_with_its_place() -> None:
    assert seen(burst([registered("101")])) == "✅ Extension 101 registered\nSnom at 192.0.2.7:5060"
    assert seen(burst([registered("101", user_agent="")])).endswith("\nA phone at 192.0.2.7:5060")
    assert seen(burst([moved("101")])) == "↪️ Extension 101 moved\nSnom at 192.0.2.7:5061"
    for reason, words in WHY.items():
        gone = seen(burst([unregistered("101", reason=reason)]))  # type: ignore[arg-type]
        assert gone == f"⚫ Extension 101 offline\nwas at 192.0.2.7:5060; {words}"


def test_an_extension_that_still_has_a_phone_is_not_called_offline() -> None:
    content = Registrations.begin(event(unregistered("101")))
    content.add(event(unregistered("101")), has_another=True)
    assert seen(content) == (
        "📴 Extension 101 lost a phone, still registered with another\nwas at 192.0.2.7:5060; it logged out"
    )


@pytest.mark.parametrize(
    ("count", "line"),
    [
        (2, "✅ Extensions 100, 101 registered"),
        (20, f"✅ Extensions {', '.join(map(str, range(100, 120)))} registered"),
        (21, f"✅ 21 extensions registered: {', '.join(map(str, range(100, 120)))} and 1 more"),
        (300, f"✅ 300 extensions registered: {', '.join(map(str, range(100, 120)))} and 280 more"),
    ],
)
def test_a_burst_is_one_message_with_the_numbers_and_counts_when_long(count: int, line: str) -> None:
    assert seen(burst(registered(str(number)) for number in range(100, 100 + count))) == line


def test_a_phone_counts_once_in_a_burst_and_as_it_is_now() -> None:
    assert seen(burst([registered("101"), registered("102"), moved("101")])) == (
        "✅ Extension 102 registered\n↪️ Extension 101 moved"
    )


def test_a_burst_of_the_longest_numbers_fits_into_a_message() -> None:
    seen(burst(registered(f"{number:020}") for number in range(10_000)))


def test_failed_logins_are_one_message_with_the_address_and_the_accounts() -> None:
    content = attack(*[login_failed(account=account) for account in ("101", "102", "101", "666")])
    assert seen(content) == (
        "🚨 4 failed SIP logins from 203.0.113.9\n"
        "as 101, 102, 666, the last because of: wrong secret. "
        "If it is none of your phones, block the address in your firewall."
    )


def test_thousands_of_long_accounts_fit_into_a_message_with_its_advice() -> None:
    names = [f"{number:05}" + "<" * 250 for number in range(1000)]
    text = seen(attack(*[login_failed(account=name) for name in names]))
    assert "1000 failed SIP logins" in text
    assert text.endswith("block the address in your firewall.")


def test_flapping_and_settled_say_how_often_and_what_is_now() -> None:
    assert seen(Flapping(number="101", changes=6)).startswith(
        "〰️ Extension 101 is flapping: it came or went 6 times\n"
    )
    assert seen(FlappingEnded(number="101", changes=9, registered=True)) == (
        "✅ Extension 101 has settled: registered\nafter 9 changes"
    )
    assert seen(FlappingEnded(number="101", changes=9, registered=False)).startswith(
        "⚫ Extension 101 has settled: offline"
    )


def test_a_missed_call_says_who_when_and_how_to_call_back() -> None:
    content = MissedCall.of(event(ended(disposition="no answer", at=NOON)), "Alice")
    clock = datetime.fromtimestamp(NOON).strftime("%H:%M")
    assert content.render().text == (
        f"☎️ You missed a call from 101 (Alice) at <!date^{NOON:.0f}^{{time}}|{clock}>"
    )
    assert seen(content).endswith("no answer; to call back, dial 101 on your phone")


def test_a_missed_call_without_a_number_has_nobody_to_call_back() -> None:
    content = MissedCall.of(event(ended(caller="", disposition="no answer")), "")
    assert "from an unknown caller at" in content.render().text
    assert "call back" not in seen(content)


def test_a_broken_channel_is_named_and_what_to_do() -> None:
    assert seen(ChannelBroken(channel="C0GONE", error="not_in_channel")) == (
        "⚠️ Alerts cannot be posted to #C0GONE: Slack says not_in_channel\n"
        "invite Switchhook there (/invite @Switchhook in the channel), or choose another with /ext alerts here. "
        "ID C0GONE"
    )
    assert "posted to <@U0BOB>" in ChannelBroken(channel="U0BOB", error="user_not_found").render().text
    assert "posted to #phones:" in ChannelBroken(channel="#phones", error="channel_not_found").render().text


@pytest.mark.parametrize(
    "content",
    [
        call(ringing(name=EVIL, caller=EVIL, callee=EVIL)),
        call(ringing(name=EVIL, caller=EVIL), answered(callee=EVIL)),
        call(ringing(name=EVIL, caller=EVIL), ended(caller=EVIL, callee=EVIL, cause_text=EVIL)),
        call(*[ringing(callee=f"{number}{EVIL}") for number in range(3)]),
        burst([registered("101", user_agent=EVIL)]),
        attack(login_failed(address=EVIL, account=EVIL)),
        MissedCall.of(event(ended(caller=EVIL, disposition="busy")), EVIL),
        ChannelBroken(channel="C0GONE", error=EVIL),
    ],
)
def test_markup_in_names_is_shown_and_not_obeyed(content: MessageContent) -> None:
    message = content.render()
    seen(content)
    sources = [message.text, *(text["text"] for block in message.blocks for text in texts_of(block))]
    assert any("&lt;!channel&gt; &amp; &lt;https:" in source for source in sources)
    assert not any("<!channel>" in source or "<https:" in source for source in sources)


def texts_of(block: dict[str, object]) -> list[dict[str, str]]:
    return block.get("elements") or [block["text"]]  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (1.5, "2 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (3605, "1 h 5 s"),
        (7325, "2 h 2 min 5 s"),
        (90_000, "25 h"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words
