"""The stand-in's people against the real slack_bolt: what they do reaches the app as Slack would bring it."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, request
from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from werkzeug.serving import make_server

from tests import slack_calls
from tests.slack_calls import CHANNEL, delete_button, refusal, section
from tests.slack_stand_in import SlackStandIn, SlackUser, as_text, sign

client = slack_calls.client


@pytest.fixture
def alice(slack: SlackStandIn) -> Iterator[SlackUser]:
    server = make_server("127.0.0.1", 0, flask_app(slack), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield SlackUser(slack, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def flask_app(slack: SlackStandIn) -> Flask:
    handler = SlackRequestHandler(bolt_app(slack))
    app = Flask(__name__)

    @app.post("/slack/events")
    def events() -> Response:
        return handler.handle(request)

    return app


def bolt_app(slack: SlackStandIn) -> App:
    app = App(client=WebClient(slack.bot_token, base_url=slack.url), signing_secret=slack.signing_secret)

    @app.command("/ext")
    def ext(ack: Ack, respond: Respond, command: dict[str, Any]) -> None:
        ack("Working on it")
        respond(text=command["text"], blocks=[delete_button()])

    @app.action("delete")
    def delete(ack: Ack, respond: Respond, action: dict[str, Any]) -> None:
        ack()
        respond(text=f"Deleted {action['value']}", replace_original=True)

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("Phones")]})

    @app.view("create")
    def create(ack: Ack, view: dict[str, Any]) -> None:
        ack(response_action="errors", errors=view["state"]["values"]["who"]["name"])

    return app


def test_a_signed_command_is_accepted_and_its_replies_are_recorded(alice: SlackUser) -> None:
    ack = alice.command("/ext", "create 101 <Alice & Bob>")
    first, second = alice.replies(ack, n=2)
    assert (ack.status, first["text"]) == (200, "Working on it")
    assert second["text"] == "create 101 &lt;Alice &amp; Bob&gt;"
    assert as_text(second) == "[ Delete ]"
    assert ack.seconds < 3


@pytest.mark.parametrize(("age", "secret"), [(0, "not the secret"), (600, ""), (-600, "")])
def test_a_request_with_a_bad_signature_or_timestamp_is_refused(
    alice: SlackUser, age: int, secret: str
) -> None:
    body = "command=%2Fext&text=list"
    spoiled = sign(body, int(time.time()) - age, secret or alice.stand_in.signing_secret)
    assert alice.send(body, headers=spoiled).status == 401


def test_a_replayed_request_is_the_same_to_the_letter(alice: SlackUser) -> None:
    ack = alice.command("/ext", "list")
    assert alice.replay(ack).status == 200
    assert len(alice.replies(ack, n=3)) == 3


def test_a_click_carries_the_buttons_value_and_is_answered(alice: SlackUser) -> None:
    _, reply = alice.replies(alice.command("/ext", "list"), n=2)
    clicked = alice.click(reply, "delete")
    assert alice.replies(clicked) == [{"text": "Deleted 101", "replace_original": True}]


def test_a_click_on_a_message_may_replace_it(alice: SlackUser, client: WebClient) -> None:
    client.chat_postMessage(channel=CHANNEL, text="101", blocks=[delete_button()])
    (message,) = alice.stand_in.messages(CHANNEL)
    alice.replies(alice.click(message, "delete", value="101"))
    (replaced,) = alice.stand_in.messages(CHANNEL)
    assert (replaced.text, replaced.blocks, len(replaced.history)) == ("Deleted 101", [], 1)


def test_nobody_can_click_a_button_that_is_not_there(alice: SlackUser) -> None:
    with pytest.raises(LookupError, match="no button 'delete' with value '102'"):
        alice.click({"blocks": [delete_button()]}, "delete", value="102")


def test_opening_the_home_publishes_it(alice: SlackUser) -> None:
    assert alice.open_home(event_id="Ev1", retry_num=1).status == 200
    alice.stand_in.wait_for(lambda call: call.method == "views.publish")
    home = alice.stand_in.home(alice.user_id)
    assert home is not None
    assert as_text(home) == "Phones"


def test_a_modal_opens_once_and_what_is_typed_in_it_reaches_the_app(
    alice: SlackUser, client: WebClient
) -> None:
    title = {"type": "plain_text", "text": "Create"}
    typed = {"type": "plain_text_input", "action_id": "name"}
    inputs = [{"type": "input", "block_id": "who", "label": title, "element": typed}]
    view = {"type": "modal", "callback_id": "create", "title": title, "submit": title, "blocks": inputs}
    trigger_id = alice.stand_in.workspace.new_trigger()
    opened = client.views_open(trigger_id=trigger_id, view=view)["view"]
    assert refusal(client.views_open, trigger_id=trigger_id, view=view) == "exchanged_trigger_id"
    assert '"value": "Alice"' in alice.submit(opened, {"name": "Alice"}).body
