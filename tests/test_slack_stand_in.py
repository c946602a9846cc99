"""What Slack documents of its limits and refusals holds in the stand-in, too, for the real slack_sdk."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack_stand_in import SlackStandIn

CHANNEL = "C0PHONES"


@pytest.fixture
def client(slack: SlackStandIn) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.url)


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def delete_button(**more: Any) -> dict[str, Any]:
    button = {"type": "button", "action_id": "delete", "value": "101", **more}
    return {"type": "actions", "elements": [{"text": {"type": "plain_text", "text": "Delete"}, **button}]}


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def test_a_response_url_works_five_times(slack: SlackStandIn) -> None:
    response_id = slack.workspace.new_response_url(CHANNEL)
    respond = Respond(response_url=f"{slack.root_url}/response/{response_id}")
    assert [respond("hello").status_code for _ in range(6)] == [200] * 5 + [404]
    assert Respond(response_url=f"{slack.root_url}/response/none")("hello").status_code == 404
    assert [call.error for call in slack.called("response_url")][4:] == ["", "used_url", "expired_url"]


def test_a_wrong_token_is_refused_everywhere(slack: SlackStandIn) -> None:
    assert refusal(WebClient("xoxb-wrong", base_url=slack.url).auth_test) == "invalid_auth"
    assert refusal(WebClient(base_url=slack.url).auth_test) == "not_authed"


def test_without_a_retry_handler_a_rate_limit_reaches_the_caller() -> None:
    with SlackStandIn(clock=lambda: 1000.0) as slack:  # whose seconds do not pass
        slack.enforce_rate_limits = True
        client = WebClient(slack.bot_token, base_url=slack.url)
        for _ in range(3):
            client.chat_postMessage(channel=CHANNEL, text="a short burst")
        client.chat_postMessage(channel="C0OTHER", text="another channel")
        with pytest.raises(SlackApiError) as refused:
            client.chat_postMessage(channel=CHANNEL, text="one too many")
    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "1")


def test_a_channels_history_has_the_metadata_newest_first(client: WebClient) -> None:
    metadata = {"event_type": "alert", "event_payload": {"number": 1}}
    first = client.chat_postMessage(channel=CHANNEL, text="one", metadata=metadata)["ts"]
    client.chat_update(channel=CHANNEL, ts=first, text="one, edited")
    client.chat_postMessage(channel=CHANNEL, text="two")
    client.chat_postMessage(channel="C0OTHER", text="elsewhere")
    history = client.conversations_history(channel=CHANNEL, include_all_metadata=True)
    seen = [(each["text"], each.get("metadata")) for each in history["messages"]]
    assert seen == [("two", None), ("one, edited", metadata)]
    newest = client.conversations_history(channel=CHANNEL, oldest=first, include_all_metadata=True)
    assert [each["text"] for each in newest["messages"]] == ["two"]
    plain = client.conversations_history(channel=CHANNEL, limit=1)
    assert (len(plain["messages"]), plain["has_more"]) == (1, True)
    assert "metadata" not in client.conversations_history(channel=CHANNEL)["messages"][1]


def test_an_update_changes_the_message(slack: SlackStandIn, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=CHANNEL, text="ringing")["ts"]
    later = client.chat_postMessage(channel=CHANNEL, text="another")["ts"]
    client.chat_update(channel=CHANNEL, ts=ts, text="answered")
    message = slack.messages(CHANNEL)[0]
    assert message.text == "answered"
    assert later > ts
    assert refusal(client.chat_update, channel=CHANNEL, ts="1.0", text="none") == "message_not_found"
    client.chat_delete(channel=CHANNEL, ts=ts)
    assert [message.ts for message in slack.messages(CHANNEL)] == [later]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("no_text", {}),
        ("msg_too_long", {"text": "x" * 40_001}),
        ("invalid_blocks", {"blocks": [{"type": "divider"}] * 51}),
        ("invalid_blocks", {"blocks": [section("x" * 3001)]}),
        ("invalid_blocks", {"blocks": [section("")]}),
        ("invalid_blocks", {"blocks": [{"type": "table_of_contents"}]}),
        ("invalid_blocks", {"blocks": [delete_button(action_id="")]}),
        ("invalid_blocks", {"blocks": [delete_button(confirm={"title": "Sure?"})]}),
        ("invalid_blocks", {"blocks": [{"type": "header", "text": section("a title")["text"]}]}),
        ("msg_blocks_too_long", {"blocks": [section("x" * 2900)] * 5}),
    ],
)
def test_a_message_beyond_slacks_limits_is_refused(
    client: WebClient, error: str, message: dict[str, Any]
) -> None:
    # api_call: chat_postMessage warns about a missing text, which here is meant
    assert (
        refusal(client.api_call, api_method="chat.postMessage", json={"channel": CHANNEL, **message}) == error
    )


def test_a_message_at_slacks_limits_is_accepted(client: WebClient) -> None:
    assert client.chat_postMessage(channel=CHANNEL, text="x" * 40_000)["ok"]
    assert client.chat_postMessage(channel=CHANNEL, text="x", blocks=[section("x" * 3000)])["ok"]
    assert client.chat_postMessage(channel=CHANNEL, text="x", blocks=[{"type": "divider"}] * 50)["ok"]


def test_people_and_groups_are_found(slack: SlackStandIn, client: WebClient) -> None:
    slack.add_user("U1", "bob", "bob@example.com")
    assert client.users_lookupByEmail(email="Bob@example.com")["user"]["id"] == "U1"
    assert client.users_info(user="U1")["user"]["name"] == "bob"
    assert refusal(client.users_lookupByEmail, email="nobody@example.com") == "users_not_found"
    assert refusal(client.usergroups_users_list, usergroup="S1") == "paid_teams_only"
    slack.set_usergroups({"S1": ["U1"]})
    assert client.usergroups_users_list(usergroup="S1")["users"] == ["U1"]
    assert client.conversations_open(users="U1")["channel"]["id"] == "D1"


def test_a_trigger_opens_one_view(slack: SlackStandIn, client: WebClient) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Create"}, "blocks": [section("who?")]}
    trigger_id = slack.workspace.new_trigger()
    assert client.views_open(trigger_id=trigger_id, view=view)["ok"]
    assert refusal(client.views_open, trigger_id=trigger_id, view=view) == "exchanged_trigger_id"


def test_a_file_is_uploaded_whole_and_shared_once_with_a_conversation(
    slack: SlackStandIn, client: WebClient
) -> None:
    shared = client.files_upload_v2(channel="D0ALICE01", filename="a.wav", title="A", file=b"RIFF")
    file_id = shared["files"][0]["id"]
    (message,) = slack.messages("D0ALICE01")
    assert (
        message.content["files"][0] | {"id": file_id, "name": "a.wav", "title": "A", "size": 4}
        == (message.content["files"][0])
    )
    assert slack.uploaded(file_id) == b"RIFF"
    again = [{"id": file_id, "title": "A"}]
    assert (
        refusal(client.files_completeUploadExternal, files=again, channel_id="D0ALICE01") == "file_not_found"
    )
    announced = client.files_getUploadURLExternal(filename="b.wav", length=4)
    never_sent = [{"id": announced["file_id"], "title": "B"}]
    assert (
        refusal(client.files_completeUploadExternal, files=never_sent, channel_id="D0ALICE01")
        == "file_not_found"
    )
    assert requests.post(announced["upload_url"], b"too long", timeout=60).status_code == 400


def test_a_file_goes_to_no_person_and_needs_its_scope(slack: SlackStandIn, client: WebClient) -> None:
    upload = {"filename": "a.wav", "file": b"RIFF"}
    assert refusal(client.files_upload_v2, channel="U0ALICE01", **upload) == "channel_not_found"
    assert (
        refusal(client.files_upload_v2, channel="D0ALICE01", filename="a.wav", file=b"")
        == "invalid_arguments"
    )
    slack.scopes = slack.scopes.replace(",files:write", "")
    assert refusal(client.files_upload_v2, channel="D0ALICE01", **upload) == "missing_scope"
