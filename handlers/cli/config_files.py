"""`flask restore-files`: earlier versions of Asterisk's files."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask.cli import with_appcontext

import command_lines
from handlers import wording
from handlers.cli.common import Refused, caller, or_refused, the_services
from models.words import some
from pbx import restore_files
from pbx.errors import ASTERISK_LOG
from pbx.publishing.guard import Effect
from pbx.restore_files import Listed, Restored, RestorePreview


@click.command(
    "restore-files",
    help="Go back to an earlier VERSION of its files; shows what would change, and asks. Without VERSION, list them.",
)
@click.argument("version", required=False)
@click.option("--yes", is_flag=True, help="Restore without asking.")
@with_appcontext
def restore(version: str | None, yes: bool) -> None:
    if version is None:
        _list()
        return
    shown = or_refused(lambda: restore_files.preview(the_services(), version))
    if shown.before == shown.after:
        click.echo(f"The files are as in version {version} already: there is nothing to restore.")
        return
    for line in (*shown.diff, *_what_follows(shown)):
        click.echo(line)
    if not yes:
        click.confirm("Put the files back as they were then?", abort=True)
    _report(shown, or_refused(lambda: restore_files.restore(the_services(), shown, by=caller())))


def _list() -> None:
    listed = or_refused(lambda: restore_files.listing(the_services()))
    for each in listed:
        click.echo(_line(each))
    if listed:
        click.echo(
            f"To look at one, and go back to it: {command_lines.as_user('flask restore-files VERSION')}",
            err=True,
        )
    else:
        click.echo("No version is kept yet: each time the files are written, what they replace is.")


def _line(listed: Listed) -> str:
    """Return `7  2026-11-26 03:15:00  write 7  12,345 bytes  +3 −1 extensions`."""
    version = listed.version
    edited = f"  (edited by hand: {some(version.numbers)})" if version.numbers else ""
    when, size = wording.moment(version.kept_at), f"{version.size:,} bytes"
    return f"{version.name:>8}  {when}  write {version.write:<6} {size:>17}  {_differs(listed)}{edited}"


def _differs(listed: Listed) -> str:
    """Say in a word what restoring it would change."""
    effect = listed.effect
    counts = (("+", effect.added), ("−", effect.removed), ("~", effect.changed))
    words = [f"{sign}{len(numbers)}" for sign, numbers in counts if numbers]
    parts = [" ".join([*words, "extensions"])] if words else []
    parts += ["other lines"] if listed.changes_other_lines else []
    return ", ".join(parts) or "as now"


def _what_follows(shown: RestorePreview) -> Iterator[str]:
    """Say what becomes of the files afterwards: the database says what should be, not they."""
    yield "What is replaced is kept as a version, too."
    if shown.stopped:
        yield f"Then nothing could be published any more: {shown.stopped}."
    elif shown.is_foreign:
        yield (
            "Another database, or a later state of this one, wrote the extensions of that version. They stay as in it, and "
            "nothing is published any more until DATABASE_URL names the database that wrote them, or you say that this one "
            f"counts: {command_lines.as_user('flask settle')}"
        )
    else:
        yield _published(shown.published)
    if shown.gone:
        yield (
            f"Until then Asterisk does not have {some(shown.gone, 20)}, which stand in no file of that state: calls to "
            f"them fail and their phones cannot register. This writes them at once: {command_lines.as_user('flask publish')}"
        )
    yield from shown.refused


def _published(effect: Effect | None) -> str:
    if effect is None or not str(effect):
        return "Its extensions are those of the database, so they stay as they are then."
    return (
        "Your own lines stay as restored. Switchhook's do not: the database says what should be, and the next publish, "
        f"within a minute while a listener runs, writes them anew: {effect}. To go back with the extensions, too, "
        "restore the database: flask restore FILE"
    )


def _report(shown: RestorePreview, done: Restored) -> None:
    click.echo("The files are as they were then.")
    if done.unasked:
        click.echo(f"Asterisk was not asked to load them, and does when it starts: {done.unasked}")
        raise SystemExit(1)
    if done.missing:
        raise Refused(
            f"Asterisk does not show these of them: {some(done.missing)}. Its log ({ASTERISK_LOG}) says why"
        )
    if shown.stopped:
        raise Refused(f"whether Asterisk takes them could not be looked at: {shown.stopped}")
    click.echo("Asterisk has loaded them, and shows every endpoint in them.")
