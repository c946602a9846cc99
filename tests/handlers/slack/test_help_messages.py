"""What `/ext help` lists, and what it says of one subcommand."""

from __future__ import annotations

import click

from handlers.slack import help_messages
from handlers.slack.blocks import SlackMessage
from handlers.slack.command_text import SETTINGS
from handlers.slack.help_messages import GROUPS, details, examples_of, group_of, overview, without_examples
from handlers.subcommands import SUBCOMMANDS
from tests.documents import wrong_commands
from tests.slack_stand_in import as_text
from tests.slack_stand_in.block_kit import check_length, check_message


def shown(message: SlackMessage) -> str:
    body = {"text": message.text, "blocks": message.blocks}
    check_message(body)
    check_length(message.blocks)
    return as_text(body)


def test_subcommands_are_listed_by_group_without_their_examples() -> None:
    text = shown(overview([("Look up", "status [number]", "is it registered; `status 102`")]))
    assert text.splitlines()[:3] == ["How to use /ext", "Look up", "/ext status [number] is it registered"]
    assert "Create and change" not in text


def test_every_group_has_only_what_there_is() -> None:
    named = [name for names in GROUPS.values() for name in names]
    assert set(named) <= set(SUBCOMMANDS)
    assert len(named) == len(set(named))
    assert (group_of("create", False), group_of("drift", False), group_of("count", True)) == (
        "Create and change",
        "The phone system",
        "Look up",
    )


def test_the_whole_list_fits_into_a_message() -> None:
    listed = [(group_of(name, False), each.usage, each.summary) for name, each in SUBCOMMANDS.items()]
    assert all(f"/ext {name}" in shown(overview(listed)) for name in SUBCOMMANDS)


def test_one_subcommand_is_told_of_with_examples_and_settings() -> None:
    create = SUBCOMMANDS["create"]
    text = shown(details(create.usage, create.summary, help_messages.SETTINGS))
    assert text.startswith("/ext create <number> <name> [@user] [key=value …]\nA new extension;")
    assert "For example\n/ext create 101 Alice\n/ext create “Bob Smith” @bob codecs=ulaw,alaw" in text
    assert "codecs= in order of preference" in text


def test_how_to_say_whose_an_extension_is_stands_in_the_help() -> None:
    given = SUBCOMMANDS["set"]
    text = shown(details(given.usage, given.summary, {}))
    assert "@user says whose it is, user= that it is nobody's" in text
    assert "/ext set 102 @bob\n/ext set 102 user=" in text


def test_every_setting_is_explained() -> None:
    assert tuple(help_messages.SETTINGS) == SETTINGS


def test_what_stands_in_code_at_the_end_are_examples() -> None:
    summary = "a new one; `create 101 Alice`, `create 102 Bob`"
    assert examples_of(summary) == ["create 101 Alice", "create 102 Bob"]
    assert without_examples(summary) == "a new one"
    assert without_examples("this list") == "this list"


def test_every_example_is_a_command_that_is_taken() -> None:
    for name, each in SUBCOMMANDS.items():
        examples = [f"`/ext {example}`" for example in examples_of(each.summary)]
        assert all(example.startswith(f"`/ext {name}") for example in examples)
        assert wrong_commands(" ".join(examples), click.Group()) == []


def test_every_command_that_takes_settings_has_an_example() -> None:
    assert [
        name for name, each in SUBCOMMANDS.items() if each.takes_settings and not examples_of(each.summary)
    ] == []
