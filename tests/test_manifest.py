"""The Slack app's manifest agrees with what the code serves and calls."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import yaml
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from slack_sdk import WebClient

import logs
from app import create_app
from handlers.cli.slack import slack as slack_group
from handlers.oncall import authorization
from handlers.slack import openid
from handlers.slack.payload_shapes import EVENTS
from handlers.steps.functions import FUNCTIONS
from handlers.subcommands import SUBCOMMANDS
from settings import Settings
from tests.server import ADMIN_ID, PROJECT, TEST_KEY
from tests.slack_stand_in import SlackStandIn, SlackUser, payloads, sign

# The bot scope that each Web API method needs, by its name in slack_sdk: https://docs.slack.dev/reference/methods
SCOPES = {
    "apps_connections_open": "",  # the app-level token has connections:write for it
    "auth_revoke": "",
    "auth_test": "",
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "conversations_history": "channels:history groups:history im:history",
    "conversations_open": "im:write",
    "functions_completeError": "",
    "functions_completeSuccess": "",
    "files_upload_v2": "files:write",
    "oauth_v2_access": "",
    "openid_connect_token": "",
    "users_conversations": "channels:read groups:read",
    "usergroups_users_list": "usergroups:read",
    "users_info": "users:read",
    "users_lookupByEmail": "users:read users:read.email",
    "views_open": "",
    "views_publish": "",
    "views_update": "",
}
# And the user scope of those that take the token of a person.
USER_SCOPES = {"users_profile_get": "users.profile:read", "users_profile_set": "users.profile:write"}
WITHOUT = {"PUBLIC_URL": "", "SLACK_APP_TOKEN": ""}
METHODS = {name for name in vars(WebClient) if "_" in name.strip("_")}
PROGRAM = [
    path
    for path in PROJECT.rglob("*.py")
    if not {"tests", ".venv", "migrations"} & set(path.relative_to(PROJECT).parts)
]


def printed(*options: str, **env: str) -> Any:
    """What `flask slack manifest` prints with these settings."""
    result = CliRunner().invoke(
        slack_group, ["manifest", *options], env=WITHOUT | env, catch_exceptions=False
    )
    return yaml.safe_load(result.output)


@pytest.fixture(
    params=[{"PUBLIC_URL": "https://YOUR-HOST"}, {"SLACK_APP_TOKEN": "xapp-1"}], ids=["https", "socket"]
)
def manifest(request: pytest.FixtureRequest) -> Any:
    """For either way."""
    return printed(**request.param)


@pytest.fixture
def over_https() -> Any:
    return printed(PUBLIC_URL="https://YOUR-HOST")


@pytest.fixture
def flask_app(slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application in this process; neither Asterisk nor a database is there."""
    monkeypatch.setattr(logs, "configure", lambda: None)  # pytest's own log stays as it is
    values: dict[str, Any] = {
        "secret_key": TEST_KEY,
        "slack_signing_secret": slack.signing_secret,
        "slack_bot_token": slack.bot_token,
        "slack_api_url": slack.url,
        "slack_admins": ADMIN_ID,
        "database_url": "sqlite://",
    }
    return create_app(Settings(**values))


def send(client: FlaskClient, slack: SlackStandIn, path: str, form: dict[str, str]) -> int:
    """Posts a form as Slack does; the HTTP status."""
    body = urlencode(form)
    headers = sign(body, int(time.time()), slack.signing_secret)
    return client.post(
        path, data=body, headers=headers, content_type="application/x-www-form-urlencoded"
    ).status_code


def form_of(slack: SlackStandIn, command: str) -> dict[str, str]:
    user = SlackUser(slack, "http://localhost", user_id=ADMIN_ID)
    response_id = slack.workspace.new_response_url(user.channel_id)
    return payloads.command(
        user, command, "help", user.channel_id, f"{slack.root_url}/response/{response_id}"
    )


def calls() -> Iterator[tuple[str, str]]:
    """Every call of a Web API method in the program: its name, and the file."""
    for path in PROGRAM:
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in METHODS
            ):
                yield node.func.attr, path.name


def test_every_command_of_the_manifest_is_answered_at_its_url(
    over_https: Any, flask_app: Flask, slack: SlackStandIn
) -> None:
    commands = over_https["features"]["slash_commands"]
    assert [command["command"] for command in commands] == ["/ext"]
    client = flask_app.test_client()
    for answered, command in enumerate(commands, 1):
        path = urlsplit(command["url"]).path
        assert send(client, slack, path, form_of(slack, command["command"])) == 200
        slack.wait_until(lambda: len(slack.called("response_url")) >= answered)  # noqa: B023
        assert send(client, slack, path, form_of(slack, "/another")) == 404


def test_every_url_of_the_manifest_is_the_one_route_for_slack(over_https: Any, flask_app: Flask) -> None:
    commands = [command["url"] for command in over_https["features"]["slash_commands"]]
    takers = [
        over_https["settings"][name]["request_url"] for name in ("interactivity", "event_subscriptions")
    ]
    urls = [*commands, *takers]
    assert {urlsplit(url)[:2] for url in urls} == {("https", "YOUR-HOST")}
    routes = {rule.rule for rule in flask_app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert (
        {urlsplit(url).path for url in urls}
        == {"/slack/events"}
        == {each for each in routes if "slack" in each}
    )


def test_mentions_arrive_as_ids_and_buttons_work(manifest: Any) -> None:
    assert [command["should_escape"] for command in manifest["features"]["slash_commands"]] == [True]
    assert manifest["settings"]["interactivity"]["is_enabled"] is True


def test_features_without_code_are_switched_off(manifest: Any) -> None:
    """There is one fixed bot token."""
    assert manifest["settings"]["token_rotation_enabled"] is False


def test_in_socket_mode_no_address_is_named_but_for_browsers(over_https: Any) -> None:
    socket = printed(SLACK_APP_TOKEN="xapp-1")
    assert socket["settings"]["socket_mode_enabled"] is True
    assert "://" not in str(socket)
    assert over_https["settings"]["socket_mode_enabled"] is False
    both = printed("--socket", PUBLIC_URL="https://pbx.example.com")
    assert both["oauth_config"]["redirect_urls"] == [
        "https://pbx.example.com/slack/oauth",
        "https://pbx.example.com/extensions/sign-in/slack",
    ]
    assert "url" not in both["features"]["slash_commands"][0]


def test_json_says_the_same(over_https: Any) -> None:
    assert printed("--json", PUBLIC_URL="https://YOUR-HOST") == over_https
    assert printed("--json", "--host=YOUR-HOST") == over_https


def test_the_events_are_those_that_the_code_takes_and_no_more(manifest: Any) -> None:
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == set(EVENTS)


def test_people_come_back_to_the_page_that_takes_what_they_permit(over_https: Any) -> None:
    paths = [authorization.PATH, openid.PATH]
    assert over_https["oauth_config"]["redirect_urls"] == [f"https://YOUR-HOST{path}" for path in paths]
    assert tuple(over_https["oauth_config"]["scopes"]["user"]) == (*openid.SCOPES, *authorization.SCOPES)


def test_app_home_has_its_tab_and_people_can_read_what_they_are_told(manifest: Any) -> None:
    assert manifest["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": True,
    }


def test_the_functions_are_those_of_the_code_and_slack_shows_them(manifest: Any) -> None:
    assert manifest["functions"] == {name: each.as_manifest() for name, each in FUNCTIONS.items()}
    settings = manifest["settings"]
    assert settings["org_deploy_enabled"] is True
    assert settings["function_runtime"] == "remote"
    assert "function_executed" in settings["event_subscriptions"]["bot_events"]


def test_the_scopes_are_those_that_the_code_needs_and_no_more(manifest: Any) -> None:
    called = dict(calls())
    assert called, "the scan finds no call at all: has the client another name?"
    unknown = {name: file for name, file in called.items() if name not in SCOPES | USER_SCOPES}
    assert unknown == {}, "add the scope of these to SCOPES, and to manifest.yaml"
    needed = {scope for name in called if name in SCOPES for scope in SCOPES[name].split()}
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == {"commands", *needed}
    assert set(scopes["user"]) == {
        *openid.SCOPES,
        *(USER_SCOPES[each] for each in called if each in USER_SCOPES),
    }
    assert set(scopes) == {"bot", "user"}


def test_the_texts_fit_into_slacks_forms(manifest: Any) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80
    for command in manifest["features"]["slash_commands"]:
        assert 1 <= len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
        assert {each.split()[0] for each in command["usage_hint"].split(" | ")} <= set(SUBCOMMANDS)
