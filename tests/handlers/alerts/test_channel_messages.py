"""Channels and user groups that nothing can be posted to are named, with what to do."""

from __future__ import annotations

from handlers.alerts.channel_messages import ChannelBroken, GroupGone, mention
from tests.handlers.rendering import EVIL, assert_harmless, seen


def test_a_broken_channel_is_named_and_what_to_do() -> None:
    assert seen(ChannelBroken(channel="C0GONE", error="not_in_channel")) == (
        "⚠️ Alerts cannot be posted to #C0GONE: Slack says not_in_channel\n"
        "Invite Switchhook there (/invite @Switchhook in the channel), or type /ext alerts here in another. "
        "ID C0GONE\n[ Choose another channel ]  [ Where alerts go ]"
    )
    assert "posted to <@U0BOB>*:" in ChannelBroken(channel="U0BOB", error="user_not_found").render().text
    assert "posted to #phones*:" in ChannelBroken(channel="#phones", error="channel_not_found").render().text


def test_a_person_is_named_with_their_extensions_and_what_they_miss() -> None:
    broken = ChannelBroken(channel="U0BOB", error="user_disabled", numbers=("102", "103"))
    assert seen(broken) == (
        "⚠️ Direct messages cannot be sent to @U0BOB, the Slack user of extension 102, 103: Slack says user_disabled\n"
        "Their missed calls and voicemails reach nobody in Slack, and those of now are not sent again. The recordings "
        "are on the phone system: dial 102 on its phone. /ext set 102 @user names somebody else. "
        "A password that was on its way: /ext secret 102 shows you a new one. ID U0BOB\n"
        "[ Status of 102 ]  [ Status of 103 ]"
    )


def test_a_message_that_slack_does_not_take_in_any_form_is_lost_and_the_log_names_it() -> None:
    assert seen(ChannelBroken(channel="C0PHONES", error="invalid_blocks")) == (
        "⚠️ A message to #C0PHONES is lost: Slack says invalid_blocks, also to its words alone\n"
        "The listener's log names it (“an alert is given up”); others are posted as before. ID C0PHONES"
    )


def test_a_group_that_is_gone_is_named_and_what_to_do() -> None:
    assert seen(GroupGone(group="S0PHONES", error="no_such_subteam")) == (
        "⚠️ The user group S0PHONES of SLACK_ADMINS is gone: Slack says no_such_subteam. Its members may change "
        "extensions no more, and hear of nothing\n"
        "Put another group into SLACK_ADMINS, or members by their IDs, and restart Switchhook"
    )


def test_a_channel_by_its_id_is_shown_by_slack_and_one_by_its_name_as_it_is() -> None:
    for channel in ("C0A", "G0ALERTS", "D0BOB"):
        assert mention(channel) == f"<#{channel}>"
    for person in ("U0BOB", "W0BOB"):
        assert mention(person) == f"<@{person}>"
    assert [mention(name) for name in ("#C&A", "C0", "X0CHANNEL")] == ["#C&amp;A", "C0", "X0CHANNEL"]


def test_markup_in_an_error_is_shown_and_not_obeyed() -> None:
    assert_harmless(ChannelBroken(channel="C0GONE", error=EVIL))
    assert_harmless(ChannelBroken(channel="U0BOB", error=EVIL, numbers=(EVIL,)))
    assert_harmless(GroupGone(group=EVIL, error=EVIL))
