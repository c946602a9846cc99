"""`/ext` through gunicorn, signed like Slack's, on a real Asterisk with real phones."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from handlers.subcommands import SUBCOMMANDS
from tests import one_server
from tests.asterisk_bed import Asterisk, Phone, RegistrationFailed
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slash_commands import say, secret_in

way = one_server.both_ways


def test_a_created_extension_registers_a_phone_and_status_says_so(
    admin: SlackUser, asterisk: Asterisk
) -> None:
    created = say(admin, "create 101 Alice")
    assert "✅ Extension 101 is ready for Alice. Type this into the phone:" in created
    with Phone("101", secret_in(created), asterisk.sip_domain) as phone:
        assert "⚫ 101 · Alice\nNo phone has registered yet." in say(admin, "status 101")
        phone.register()
        assert re.search(r"🟢 101 · Alice\nRegistered\n.*127\.0\.0\.1:\d+", say(admin, "status 101"))


def test_after_secret_the_new_one_registers_and_the_old_one_does_not(
    admin: SlackUser, asterisk: Asterisk
) -> None:
    old = secret_in(say(admin, "create 102 Bob"))
    new = secret_in(say(admin, "secret 102"))
    with Phone("102", new, asterisk.sip_domain) as phone:
        phone.register()
    with Phone("102", old, asterisk.sip_domain) as phone, pytest.raises(RegistrationFailed):
        phone.register()


def test_a_disabled_phone_is_turned_away_and_an_enabled_one_is_back(
    admin: SlackUser, asterisk: Asterisk
) -> None:
    secret = secret_in(say(admin, "create 103 Carol"))
    assert "103 · Carol is disabled: no phone can use it." in say(admin, "disable 103")
    with Phone("103", secret, asterisk.sip_domain) as phone:
        with pytest.raises(RegistrationFailed):
            phone.register()
        assert "103 · Carol is enabled" in say(admin, "enable 103")
        phone.register()


def test_a_number_outside_the_range_is_made_and_said_to_be_outside(admin: SlackUser) -> None:
    answer = say(admin, "create 2500 Dora")
    assert "✅ Extension 2500 is ready for Dora." in answer
    assert "⚠️ 2500 is outside EXTENSION_RANGE (100-199); if that was a slip: /ext delete 2500" in answer


def test_settings_mentions_and_smart_quotes_are_understood(admin: SlackUser, asterisk: Asterisk) -> None:
    say(
        admin,
        "create 125 “Frank O'Hara” <@U0FRANK01|frank> codecs=alaw,ulaw notes=“Room 5; left” max_contacts=3",
    )
    shown = say(admin, "status 125")
    for expected in ("Frank O'Hara", "alaw, ulaw", "Room 5; left", "@U0FRANK01"):
        assert expected in shown
    endpoint = asterisk.cli("pjsip show endpoint 125")
    assert re.search(r"^ allow +: \(alaw\|ulaw\)$", endpoint, re.MULTILINE)
    assert re.search(r"^ callerid +: \"Frank O'Hara\" <125>$", endpoint, re.MULTILINE)


def test_names_in_any_script_arrive_in_asterisk(admin: SlackUser, asterisk: Asterisk) -> None:
    for number, name in (("121", "أليس"), ("122", "爱丽丝"), ("123", "Ålice 😀"), ("124", "<Al & Bo>")):
        assert f"is ready for {name}." in say(admin, f"create {number} {name}")
        assert f'"{name}" <{number}>' in asterisk.cli(f"pjsip show endpoint {number}")


def test_a_command_is_taken_as_people_type_it(admin: SlackUser) -> None:
    assert "Extension 171 is ready for Pat." in say(admin, "ext CREATE １７１, Pat")
    assert "171 · Pat" in say(admin, "١٧١")
    assert "Say first what to do with 171" in say(admin, "171 delete")
    assert "max_contacts 1 → 2" in say(admin, "set 171 max_contacts = 2 codecs=ulaw, alaw")


def test_a_name_or_a_person_serves_as_well_as_the_number(admin: SlackUser, guest: SlackUser) -> None:
    say(admin, "create 172 “Zoe Zimmer” <@U0ZOE0001|zoe>")
    for typed in ("status zoe", "status <@U0ZOE0001|zoe>", "<@U0ZOE0001|zoe>", "presence “zoe zimmer”"):
        assert "172" in say(guest, typed)
    assert "type one of them" in say(admin, "disable 172 <@U0ZOE0001|zoe>")
    asked = admin.replies(admin.command("/ext", "disable zoe"))[0]
    assert "No extension is called “zoe”, and /ext disable takes a whole name" in as_text(asked)
    pressed = admin.click(asked, "ext_run_disable_172")
    assert "Zoe Zimmer" in as_text(admin.replies(pressed)[0])
    assert "Zoe Zimmer" in say(admin, "enable zoe zimmer")


def test_the_same_command_twice_at_once_makes_one_extension_and_two_honest_answers(admin: SlackUser) -> None:
    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(lambda _: say(admin, "create 131 Ivan"), range(2)))
    assert sum("is ready for Ivan" in answer for answer in answers) == 1
    assert sum("131 is taken by Ivan" in answer for answer in answers) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("crate 101 Alice", "there is no /ext crate. did you mean create?"),
        ("create 199 Alice transport=tls", "Asterisk has no TLS transport"),
        ("set 198 name=Alice", "there is no extension 198"),
        ("delete 198", "there is no extension 198"),
    ],
)
def test_a_refusal_says_what_was_wrong_and_what_to_type(admin: SlackUser, typed: str, said: str) -> None:
    answer = say(admin, typed)
    assert answer.startswith("⚠️ ")
    assert said.lower() in answer.lower()
    assert "199" not in say(admin, "list")


def test_only_admins_change_things_and_everybody_may_look(guest: SlackUser) -> None:
    refusal = say(guest, "create 140 Judy")
    assert "🔒 Only phone admins can create extensions" in refusal
    assert "Ask @U0ADMIN01 or @subteam^S0PHONES." in refusal
    assert "U0GUEST01" not in refusal
    assert "There is no extension 140" in say(guest, "status 140")
    assert "No extension has “Judy”" in say(guest, "list Judy")


def test_an_owner_gets_a_new_password_for_their_own_extension_and_for_no_other(
    admin: SlackUser, guest: SlackUser, asterisk: Asterisk
) -> None:
    say(admin, "create 147 Guest <@U0GUEST01|guest>")
    say(admin, "create 148 Somebody")
    with Phone("147", secret_in(say(guest, "secret 147")), asterisk.sip_domain) as phone:
        phone.register()
    for typed in ("secret 148", "disable 147", "verify 147", "delete 147", "set 147 name=Me"):
        assert say(guest, typed).startswith("🔒 Only phone admins ")
    assert "and the owner of 148 can give an extension a new password" in say(guest, "secret 148")


def test_why_something_is_not_live_admins_read_alone(
    admin: SlackUser, guest: SlackUser, asterisk: Asterisk
) -> None:
    say(admin, "create 145 Peggy")
    path = asterisk.config_dir / "pjsip.conf"
    before = path.read_bytes()
    path.write_bytes(b"[145]\ntype=endpoint\n" + before)
    say(admin, "create 146 Quentin")
    for command in ("status", "status 145", "list 145"):
        assert "pjsip.conf:1" in say(admin, command)
        said = say(guest, command)
        assert "an admin sees why with /ext doctor 145" in said
        assert "pjsip.conf" not in said
    path.write_bytes(before)
    assert "verified in Asterisk" in say(admin, "verify 145")


def test_members_of_an_admin_user_group_may_change_things(
    slack: SlackStandIn, switchhook: Switchhook
) -> None:
    member = SlackUser(slack, switchhook.url, user_id="U0MEMBER1", user_name="mallory")
    answers = [say(member, f"create {number} Mallory") for number in ("141", "142", "143", "144")]
    assert all("is ready for Mallory" in answer for answer in answers)
    assert len(slack.called("usergroups.users.list")) <= 2  # asked once in each of the two web processes


def test_delete_asks_first_and_the_button_does_it(
    admin: SlackUser, guest: SlackUser, asterisk: Asterisk
) -> None:
    say(admin, "create 150 Niaj")
    question = admin.replies(admin.command("/ext", "delete 150"))[0]
    assert "Delete 150 · Niaj?" in as_text(question)
    assert "Endpoint:  150" in asterisk.cli("pjsip show endpoint 150")
    assert "Only phone admins can" in as_text(guest.replies(guest.click(question, "ext_delete"))[0])
    gone = admin.replies(admin.click(question, "ext_delete"))[0]
    assert "✅ Extension 150 is gone from Asterisk and from the list." in as_text(gone)
    assert "Unable to find object 150" in asterisk.cli("pjsip show endpoint 150")
    assert "150@from-internal" not in asterisk.cli("core show hints")
    assert "There is no extension 150" in as_text(admin.replies(admin.click(question, "ext_delete"))[0])


@pytest.mark.parametrize(
    ("action_id", "said"),
    [
        ("ext_delete", "That button is of another version: see /ext list"),
        ("ext_keep", "Everything stays as it is."),
        ("hr_ignore", "That button is of another version: see /ext hr"),
    ],
)
def test_a_button_without_a_value_is_answered_in_words(admin: SlackUser, action_id: str, said: str) -> None:
    button = {"type": "button", "action_id": action_id}
    clicked = admin.click({"blocks": [{"type": "actions", "elements": [button]}]}, action_id)
    assert said in as_text(admin.replies(clicked)[0])


def test_a_change_says_what_was_before_and_after(admin: SlackUser) -> None:
    say(admin, "create 152 Alice email=alice@example.com")
    answer = say(admin, "set 152 name=Bob codecs=alaw email= secret=another-secret")
    before_and_after = "name Alice → Bob; codecs ulaw, alaw, g722 → alaw; email alice@example.com → nothing"
    assert f"✅ 152 · Bob: {before_and_after}; password changed. Type this into the phone:" in answer
    assert "Live, verified in Asterisk." in answer
    assert say(admin, "set 152 name=Bob").startswith("✅ 152 · Bob: nothing to change, it was so already.")


def test_an_answer_is_sent_again_when_slack_stumbles(admin: SlackUser, slack: SlackStandIn) -> None:
    slack.fail_next("response_url", 1, status=500)
    assert "How to use /ext" in say(admin, "help")
    slack.fail_next("response_url", 1, status=429, retry_after=1)
    assert "How to use /ext" in say(admin, "help")


def test_an_answer_whose_blocks_slack_refuses_arrives_in_words_with_the_phones_settings(
    admin: SlackUser, slack: SlackStandIn, asterisk: Asterisk
) -> None:
    slack.fail_next("response_url", 1, status=400, error="invalid_blocks")
    (answer,) = admin.replies(admin.command("/ext", "create 161 <Al & Bo>"))
    assert not answer.get("blocks")
    assert "✅ Extension 161 is ready for <Al & Bo>." in as_text(answer)
    with Phone("161", secret_in(as_text(answer)), asterisk.sip_domain) as phone:
        phone.register()


def test_help_names_what_one_may_do_and_one_command_with_examples(admin: SlackUser, guest: SlackUser) -> None:
    assert [name for name in SUBCOMMANDS if f"/ext {name}" not in say(admin, "help")] == []
    shown = say(guest, "help")
    assert "/ext status" in shown
    assert "/ext create" not in shown
    assert "/ext create 101 Alice" in say(admin, "help create")
    assert say(guest, "help create").startswith("🔒 Only phone admins can create extensions.")
    assert "[ /ext help create ]" in say(admin, "help creat")


def test_a_slip_is_mended_with_a_button_for_who_may_do_it(admin: SlackUser, guest: SlackUser) -> None:
    asked = admin.replies(admin.command("/ext", "creat 173 “Typo Tess”"))[0]
    assert "⚠️ There is no /ext creat. Did you mean create?" in as_text(asked)
    pressed = admin.click(asked, "ext_run_create_173_typo_tess_")
    assert "Extension 173 is ready for Typo Tess." in as_text(admin.replies(pressed)[0])
    assert say(guest, "creat 174 Bob").startswith("🔒 Only phone admins can create extensions.")
