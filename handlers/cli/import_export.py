"""`flask ext import` and `flask ext export`: many extensions from and to a CSV file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import click
from flask.cli import with_appcontext

from handlers.api.bulk_schemas import BulkAnswer
from handlers.bulk import csv_text, exporting, owner_lookup, wording
from handlers.bulk import rows as bulk_rows
from handlers.cli.common import Refused, caller, or_refused, the_services, warnings_unlogged
from handlers.cli.json_output import JSON, show
from models import audit
from models.extension import Extension
from models.number import by_size
from models.words import some
from pbx.bulk import upsert
from pbx.bulk.check import check
from pbx.bulk.rows import Outcome, Row
from pbx.safe_files import NEW
from pbx.services import Services

MAX_BYTES = 50_000_000


@click.command(
    "import",
    help="Create and change extensions from a CSV FILE, or from - (standard input): each row makes one, or changes the one "
    "of its number where it differs. The first line names the columns; an empty cell leaves a field as it is.",
)
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what would become of each row, and change nothing.")
@click.option(
    "--secrets-to",
    type=click.Path(path_type=Path),
    help="A new file, readable by you alone, for the secrets that are made for new extensions without one.",
)
@JSON
@with_appcontext
def import_(file: IO[bytes], dry_run: bool, secrets_to: Path | None, machine: bool) -> None:
    services, rows = the_services(), _rows(file)
    with _progress(1 if dry_run else 3) as step, _unlogged():
        step("checking")
        checked = or_refused(lambda: check(services, rows))
        outcomes, unasked = owner_lookup.without_unfit(services.settings, checked)
        made = [each for each in outcomes if each.made_secret]
        if not dry_run:
            _keep_secrets(made, secrets_to)
            step("saving")
            outcomes = or_refused(lambda: upsert.commit(services, outcomes, by=caller()), saves=True)
            step("publishing")
            outcomes = or_refused(lambda: upsert.publish_all(services, outcomes), saves=True)
            _leave_out(made, outcomes, secrets_to)
    if dry_run and made and secrets_to is None:
        click.echo(f"⚠️ Without --dry-run: {_secrets_wanted(made)}", err=True)
    if unasked:
        click.echo(f"⚠️ {wording.unasked(unasked)}", err=True)
    _report(outcomes, dry_run, machine)
    if any(each.has_failed for each in outcomes):
        raise SystemExit(1)


def _rows(file: IO[bytes]) -> list[Row]:
    """Raises Refused for what is no such file as a whole."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Refused(f"the file is larger than {MAX_BYTES // 1_000_000} MB: divide it")
    try:
        return bulk_rows.of_csv(content)
    except csv_text.Unreadable as error:
        raise Refused(str(error)) from None


@contextmanager
def _unlogged() -> Iterator[None]:
    with warnings_unlogged("switchhook.publish"), warnings_unlogged("switchhook.bulk"):
        yield


@contextmanager
def _progress(steps: int) -> Iterator[Callable[[str], None]]:
    """Show click's progress bar on a terminal; yield what begins the next step and names it."""
    names: list[str] = []
    bar = click.progressbar(length=steps, file=sys.stderr, hidden=not sys.stderr.isatty(), show_eta=False)

    def step(name: str) -> None:
        bar.label = f"{name:<10}"
        bar.update(len(names[-1:]))
        bar.render_progress()
        names.append(name)

    with bar:
        yield step
        step("done")


def _keep_secrets(made: Sequence[Outcome], path: Path | None) -> None:
    """Write the secrets that were made, before they are saved: nobody could learn them afterwards. Raises Refused."""
    if made and path is None:
        raise Refused(f"nothing was changed: {_secrets_wanted(made)}")
    if made and path:
        _write_new(path, exporting.made_secrets(made))


def _leave_out(made: Sequence[Outcome], outcomes: Sequence[Outcome], path: Path | None) -> None:
    """Take secrets out of the file that do not count, as somebody else was faster."""
    counting = [each for each in outcomes if each.made_secret and each.new_secret]
    numbers = {each.row.number for each in made} - {each.row.number for each in counting}
    if not path or not numbers:
        return
    part = path.with_name(f"{path.name}.part")
    try:
        _write(part, exporting.made_secrets(counting))
        part.replace(path)
    except OSError as error:
        these = some(sorted(numbers, key=by_size))
        click.echo(
            f"⚠️ Somebody else was faster with {these}, so their passwords in {path} do not count; they could not be taken "
            f"out of it ({error.strerror})",
            err=True,
        )


def _secrets_wanted(made: Sequence[Outcome]) -> str:
    who = "1 new extension has" if len(made) == 1 else f"{len(made)} new extensions have"
    return (
        f"{who} no secret, so one is made for each; say with --secrets-to FILE where to write them for whoever sets the "
        "phones up, or add a column secret"
    )


def _report(outcomes: Sequence[Outcome], dry_run: bool, machine: bool) -> None:
    summary = wording.summary(outcomes, dry_run=dry_run)
    if machine:
        show(BulkAnswer.of(outcomes, summary, dry_run=dry_run, with_secrets=False))
        return
    for line in wording.warnings(outcomes):
        click.echo(f"⚠️ {line}", err=True)
    for line in (*wording.refusals(outcomes), *wording.waiting(outcomes)):
        click.echo(line, err=True)
    click.echo(summary)


@click.command(
    "export",
    help="Write all extensions as CSV, to FILE, which must be new, or to standard output. `flask ext import` takes it.",
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--with-secrets",
    is_flag=True,
    help="With the phones' secrets, to move to another system: who has the file can call as any of them. Needs FILE.",
)
@with_appcontext
def export(file: Path | None, with_secrets: bool) -> None:
    services = the_services()
    if with_secrets and file is None:
        raise Refused("secrets go to a file that you alone may read: name it behind --with-secrets")
    rows = or_refused(lambda: exporting.extensions(services))
    cipher = services.cipher if with_secrets else None
    text = or_refused(lambda: exporting.text(rows, cipher))
    if with_secrets:
        or_refused(lambda: _note_in_audit(services))
    if file is None:
        click.echo(text, nl=False)
    else:
        _write_new(file, text)
        click.echo(f"{len(rows)} extensions are in {file}, which you alone may read.", err=True)
    _note_what_is_left_out(rows)


def _note_what_is_left_out(rows: Sequence[Extension]) -> None:
    if adopted := [row.number for row in rows if row.adopted_options]:
        click.echo(
            f"⚠️ {some(adopted)}: options from your own files, which no column holds, are not in it; flask backup has all",
            err=True,
        )


def _note_in_audit(services: Services) -> None:
    with services.database.session() as session:
        audit.record(session, caller(), "exported all extensions with their passwords")


def _write_new(path: Path, text: str) -> None:
    """Write a new file for this user alone. Raises Refused."""
    try:
        _write(path, text)
    except FileExistsError:
        raise Refused(f"nothing was changed: {path} is there already: name a new file") from None
    except OSError as error:
        raise Refused(f"nothing was changed: {path} cannot be written ({error.strerror})") from None


def _write(path: Path, text: str) -> None:
    """Do so. Raises OSError; a part of the file does not stay."""
    descriptor = os.open(path, NEW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
