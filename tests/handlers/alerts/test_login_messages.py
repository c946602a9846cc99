"""Failed logins add up in one message, of an address or of very many."""

from __future__ import annotations

from handlers.alerts.login_messages import AddressAttack, LoginFlood
from models.event import Event
from pbx import login_counts
from pbx.facts import LoginFailed
from tests.factories import NOON, login_failed
from tests.handlers.rendering import EVIL, NOON_SHOWN, assert_harmless, seen
from tests.slack_stand_in.render import mrkdwn

SHOWN = mrkdwn(NOON_SHOWN)


def row(*facts: LoginFailed) -> Event:
    (counted,) = login_counts.counted(facts, []).values()
    return counted


def attack(*facts: LoginFailed) -> AddressAttack:
    return AddressAttack.begin(row(*facts))


def test_failed_logins_are_one_message_with_the_address_and_the_accounts() -> None:
    content = attack(*[login_failed(account=account) for account in ("101", "102", "101", "666")])
    assert seen(content) == (
        "🚨 4 failed phone logins from 203.0.113.9\n"
        f"The last at {SHOWN}: wrong password, as 101, 102, 666. "
        "If it is none of your phones, block the address in your firewall."
    )


def test_failed_logins_from_an_unknown_address_are_said_to_be_so() -> None:
    assert seen(attack(*[login_failed("", account="z")] * 3)) == (
        "🚨 3 failed phone logins from an unknown address\n"
        f"The last at {SHOWN}: wrong password, as z. Line breaks in the account names hide where they come from. "
        "Let your firewall take SIP only from where your phones and trunks are."
    )


def test_thousands_of_long_accounts_fit_into_a_message_with_its_advice() -> None:
    names = [f"{number:05}" + "<" * 250 for number in range(1000)]
    text = seen(attack(*[login_failed(account=name) for name in names]))
    assert "1000 failed phone logins" in text
    assert text.endswith("block the address in your firewall.")


def test_a_flood_names_addresses_and_accounts() -> None:
    flood = LoginFlood.begin(row(login_failed("192.0.2.1", account="101")))
    flood = flood.after(row(login_failed("192.0.2.2", account="666")))
    assert seen(flood) == (
        "🚨 2 failed phone logins from many addresses\n"
        f"The last at {SHOWN}: wrong password, from 192.0.2.1, 192.0.2.2, as 101, 666. "
        "Let your firewall take SIP only from where your phones and trunks are."
    )


def test_a_row_counts_anew_within_its_minute_and_adds_up_after_it() -> None:
    first = row(login_failed())
    content = AddressAttack.begin(first).after(first.model_copy(update={"count": 5}))
    assert (content.count, content.counted) == (5, {"203.0.113.9": 5})
    other = content.after(row(login_failed("192.0.2.1", at=NOON + 59)))
    assert (other.count, other.counted) == (6, {"203.0.113.9": 5, "192.0.2.1": 1})
    later = other.after(row(login_failed(at=NOON + 60)))
    assert (later.count, later.counted, later.until) == (7, {"203.0.113.9": 1}, NOON + 60)


def test_twenty_addresses_and_accounts_are_kept() -> None:
    content = LoginFlood.begin(row(login_failed("192.0.2.0")))
    for place in range(1, 25):
        content = content.after(row(login_failed(f"192.0.2.{place}", account=f"9{place}")))
    assert (len(content.addresses), len(content.accounts), content.count) == (20, 20, 25)


def test_markup_in_an_account_is_shown_and_not_obeyed() -> None:
    assert_harmless(attack(login_failed(address=EVIL, account=EVIL)))
