"""The Slack app's manifest, for either way."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from installation import manifest
from tests.server import PROJECT

TEMPLATE = (PROJECT / "manifest.yaml").read_text()
either_way = pytest.mark.parametrize("is_socket", [False, True], ids=["https", "socket"])


@either_way
def test_it_says_the_same_as_the_example_but_for_the_comments(is_socket: bool) -> None:
    filled = manifest.manifest(TEMPLATE, "pbx.example.com", is_socket=is_socket)
    assert "#" not in filled.replace("slack#/types/", "")
    wanted = yaml.safe_load(TEMPLATE.replace("YOUR-HOST", "pbx.example.com"))
    if is_socket:
        wanted["settings"]["socket_mode_enabled"] = True
        del wanted["features"]["slash_commands"][0]["url"]
        del wanted["settings"]["interactivity"]["request_url"]
        del wanted["settings"]["event_subscriptions"]["request_url"]
    assert yaml.safe_load(filled) == wanted


def test_where_nothing_reaches_the_machine_there_is_no_address_in_it() -> None:
    filled = manifest.manifest(TEMPLATE, "", is_socket=True)
    assert "://" not in filled
    assert yaml.safe_load(filled)["oauth_config"].keys() == {"scopes"}


@either_way
def test_it_is_read_as_yaml_reads_it(is_socket: bool) -> None:
    filled = manifest.manifest(TEMPLATE, "pbx.example.com" if not is_socket else "", is_socket=is_socket)
    assert manifest.parsed(filled) == yaml.safe_load(filled)


def test_the_link_opens_slack_with_all_of_it() -> None:
    filled = manifest.manifest(TEMPLATE, "pbx.example.com", is_socket=False)
    link = urlsplit(manifest.new_app_link(filled))
    assert link.netloc == "api.slack.com"
    assert parse_qs(link.query) == {"new_app": ["1"], "manifest_yaml": [filled]}
    assert len(link.geturl()) < 8_000  # the usual limit of web servers
