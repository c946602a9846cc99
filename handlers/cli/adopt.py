"""`flask ext adopt` and `flask ext release`: phones written by hand become Switchhook's, and go back."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from handlers import adoption_wording
from handlers.cli.common import Refused, caller, or_refused, the_services, warnings_unlogged
from handlers.slack import command_text
from models.extension import State
from pbx.adoption import adopt as adoption
from pbx.adoption import adopt_preview, release_preview
from pbx.adoption import release as giving_back

ALL = release_preview.ALL
YES = click.option("--yes", is_flag=True, help="Do it without asking.")


@click.command("adopt", help="Take a phone that you wrote by hand into Switchhook: NUMBER, or all.")
@click.argument("number", metavar="NUMBER|all")
@YES
@with_appcontext
def adopt(number: str, yes: bool) -> None:
    word = _word(number)
    numbers = None if word == ALL else [word]
    preview = or_refused(lambda: adopt_preview.preview(the_services(), numbers))
    _show(adoption_wording.adoption(preview))
    _confirm(bool(preview.candidates), preview.obstacle, "Adopt?", yes)
    with warnings_unlogged("switchhook.publish"):
        done = or_refused(lambda: adoption.adopt(the_services(), numbers, by=caller(), seen=preview.digest))
    _show(adoption_wording.adopted(done))
    waits = any(row.state is not State.LIVE for row in done.rows)
    if waits or done.returned or done.not_returned or (numbers and done.refused):
        raise SystemExit(1)


@click.command(
    "release",
    help="Give phones back to your own files: one or more numbers, all, or those that were adopted.",
)
@click.argument("words", metavar="NUMBER…|all|adopted", nargs=-1, required=True)
@YES
@with_appcontext
def release(words: tuple[str, ...], yes: bool) -> None:
    numbers = _numbers(words)
    preview = or_refused(lambda: release_preview.preview(the_services(), numbers))
    _show(adoption_wording.release(preview))
    _confirm(bool(preview.restored or preview.written), preview.obstacle, "Give back?", yes)
    with warnings_unlogged("switchhook.publish"):
        done = or_refused(
            lambda: giving_back.release(the_services(), numbers, by=caller(), seen=preview.digest)
        )
    _show(adoption_wording.released(done))


def _word(typed: str, *more: str) -> str:
    """Return a number as it is stored, or `all`, or one of the other words that may be typed."""
    return word if (word := typed.lower()) in (ALL, *more) else or_refused(lambda: command_text.number(typed))


def _numbers(words: tuple[str, ...]) -> list[str] | None:
    """Return the numbers, or None for all."""
    if len(words) == 1:
        word = _word(words[0], release_preview.ADOPTED)
        return or_refused(lambda: release_preview.numbers_of(the_services(), word))
    return or_refused(lambda: [command_text.number(word) for word in words])


def _show(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)


def _confirm(there_is_work: bool, obstacle: str | None, question: str, yes: bool) -> None:
    """Ask, unless nothing can be done anyway."""
    if obstacle or not there_is_work:
        raise Refused("nothing was changed")
    if not yes:
        click.confirm(question, abort=True)
