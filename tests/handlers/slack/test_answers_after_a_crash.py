"""Web processes are killed between an answer and its sending; those that run next send it."""

from __future__ import annotations

from sqlmodel import select

from handlers.slack.command_buttons import command_button
from handlers.slack.late_answers import AGAIN, SHOW_ANSWER
from models.inbox_answer import NOBODY, InboxAnswer
from pbx.services import Services
from tests import one_server
from tests.server import Switchhook
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text
from tests.slash_commands import say, secret_in
from tests.waiting import wait_for

way, services = one_server.both_ways, one_server.services


def waiting(services: Services) -> list[InboxAnswer]:
    with services.database.session() as session:
        return [each for each in session.exec(select(InboxAnswer)) if not each.is_late]


def test_an_answer_that_slack_may_have_taken_comes_again_and_says_so(
    admin: SlackUser, slack: SlackStandIn, switchhook: Switchhook, services: Services
) -> None:
    slack.fail_next("response_url", hang=60)
    typed = admin.command("/ext", "create 101 Alice")
    first = admin.replies(typed)[0]
    switchhook.kill()
    assert len(waiting(services)) == 1
    switchhook.start()
    again = admin.replies(typed, n=2)[1]
    assert secret_in(as_text(again)) == secret_in(as_text(first))
    assert AGAIN in as_text(again)
    wait_for(lambda: not waiting(services))


def test_an_answer_that_slack_has_not_taken_comes_once_from_the_next_process(
    admin: SlackUser, slack: SlackStandIn, switchhook: Switchhook, services: Services
) -> None:
    slack.fail_until_cleared("response_url", status=429, retry_after=1)
    typed = admin.command("/ext", "create 102 Bob")
    wait_for(lambda: [each.sender for each in waiting(services)] == [NOBODY])
    switchhook.kill()
    slack.clear_faults()
    switchhook.start()
    assert secret_in(as_text(admin.replies(typed)[0]))
    wait_for(lambda: not waiting(services))
    assert len(admin.replies(typed)) == 1


def test_an_answer_for_a_window_that_is_gone_is_behind_a_button_of_a_direct_message(
    admin: SlackUser, slack: SlackStandIn, switchhook: Switchhook, services: Services
) -> None:
    say(admin, "create 103 Carol")
    slack.fail_until_cleared("views.update", status=503)
    button = command_button("New password", "secret 103")
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    admin.click(home, button["action_id"])
    slack.wait_for(lambda call: call.method == "views.update" and bool(call.error))
    switchhook.kill()
    slack.workspace.views.clear()
    slack.clear_faults()
    switchhook.start()
    direct = f"D{admin.user_id[1:]}"
    told = slack.wait_until(
        lambda: next((each for each in slack.messages(direct) if "103" in each.text), None), timeout=60
    )
    assert "the button “New password”" in str(told.content["blocks"])
    assert "Password  " not in as_text(told.content)
    shown = admin.replies(admin.click(told, SHOW_ANSWER))[0]
    assert secret_in(as_text(shown))
