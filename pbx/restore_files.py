"""Goes back to an earlier version of the files; looked at first, as publishing goes on from the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from models import audit
from models.actor import Actor
from models.extension import Extension
from models.number import by_size
from pbx import config_files, versions
from pbx.ami import connected
from pbx.ami_client import Client
from pbx.config import file_diff, reader, version_history
from pbx.config.admin_config import joined
from pbx.config.managed_files import ConfigOnDisk
from pbx.config.version_history import FileSet, KeptVersion, LastWrite
from pbx.errors import AsteriskUnavailable, ConfigFileError, Overtaken, Refusal
from pbx.publishing import guard, identity, outbound, planning, reloads, verify
from pbx.publishing.desired import RunningConflicts
from pbx.publishing.guard import Effect
from pbx.publishing.plan import Plan
from pbx.services import Services


@dataclass(frozen=True)
class Listed:
    """A version, and what restoring it would change."""

    version: KeptVersion
    effect: Effect
    changes_other_lines: bool


@dataclass(frozen=True)
class RestorePreview:
    """A version before it is restored: what it would change, and what publishing would do then."""

    version: KeptVersion
    before: FileSet
    after: FileSet
    diff: Sequence[str]  # lines, secrets masked
    endpoints: Sequence[str]  # that Asterisk is to show then
    gone: Sequence[str] = ()  # live extensions that stand in no file then, until they are published
    is_foreign: bool = False  # another database, or a later state of this one, wrote the version's lines
    published: Effect | None = None  # what the next publish would do
    refused: Sequence[str] = ()  # sentences, one for each extension that could not be published
    stopped: str | None = None  # why nothing could be published


@dataclass(frozen=True)
class Restored:
    """What came of it."""

    missing: Sequence[str] = ()  # endpoints of the version that Asterisk does not show
    unasked: str | None = None  # why Asterisk could not be asked


def listing(services: Services) -> list[Listed]:
    """Return the versions, the oldest first. Raises ConfigFileError."""
    now, found = versions.current(services.settings), versions.listed(services.settings)
    state, blocks = version_history.digests(now), version_history.blocks(now)
    return [
        Listed(
            version,
            guard.effect(version_history.blocks(versions.read(services.settings, version)), blocks),
            version.digests.outside != state.outside,
        )
        for version in found
    ]


def preview(services: Services, name: str) -> RestorePreview:
    """Look at a version before it is restored.

    Raises Refusal for a name that there is not, or a version that Asterisk would load nothing of; ConfigFileError.
    """
    settings = services.settings
    with config_files.locked(settings.asterisk_config_dir):
        found = {version.name: version for version in versions.listed(settings)}
        if name not in found:
            names = f"there are {', '.join(found)}" if found else "none has been kept yet"
            raise Refusal(f"there is no version {name}: {names}")
        before, after = versions.current(settings), versions.read(settings, found[name])
    shown = RestorePreview(found[name], before, after, _diff(services, before, after), ())
    return _with_what_follows(services, shown)


def _by_path(services: Services, files: FileSet) -> dict[Path, bytes]:
    """Return path → bytes; voicemail.conf of a version that has it, as it stays else."""
    found = {
        path: content or b"" for path, content in zip(versions.paths(services.settings), files, strict=True)
    }
    if files.voicemail is None:
        del found[services.settings.voicemail_path]
    return found


def _diff(services: Services, before: FileSet, after: FileSet) -> list[str]:
    old = _by_path(services, before)
    return [
        line
        for path, new in _by_path(services, after).items()
        for line in file_diff.unified(str(path), old.get(path, b""), new, becomes="restored")
    ]


def _with_what_follows(services: Services, shown: RestorePreview) -> RestorePreview:
    """Plan for the files as they would be."""
    try:
        then = reader.read(services.settings, _by_path(services, shown.after))
    except ConfigFileError as error:
        return replace(shown, stopped=str(error))
    _refuse_twice(shown.version, then)
    ours = identity.current(services.database)
    rows = planning.rows_of(services)
    calls_out = outbound.decide(services.settings, rows, then)
    todo = planning.plan_of(services, rows, then, RunningConflicts(), calls_out)
    others = [each for each in then.provenances if each.identity != ours.identity]
    return replace(
        shown,
        endpoints=_endpoints(then),
        gone=list(_gone(rows, then)),
        is_foreign=bool(others) or guard.is_later(ours, then),
        published=guard.effect(todo.blocks, then.blocks),
        refused=list(_refused(todo)),
    )


def _refuse_twice(version: KeptVersion, then: ConfigOnDisk) -> None:
    """Raise Refusal where a number would stand in Switchhook's lines and in the administrator's."""
    twice = {number: places for number in then.blocks.endpoints if (places := then.admin.endpoints(number))}
    if not twice:
        return
    number, places = next(iter(twice.items()))
    others = f", and so would {len(twice) - 1} more" if len(twice) > 1 else ""
    raise Refusal(
        f"version {version.name} has {number} in Switchhook's lines, and it would stand at {joined(places)} besides{others}: "
        "Asterisk then loads nothing of pjsip.conf, at the latest when it is started anew. Nothing was changed: "
        f"flask ext adopt {number} first, or take another version"
    )


def _endpoints(then: ConfigOnDisk) -> list[str]:
    by_hand = [
        each.name for each in then.admin.pjsip if each.get("type") == "endpoint" and not each.is_template
    ]
    return list(dict.fromkeys([*then.blocks.endpoints, *by_hand]))


def _gone(rows: Sequence[Extension], then: ConfigOnDisk) -> Iterator[str]:
    for row in sorted(rows, key=lambda row: by_size(row.number)):
        stands = row.number in then.blocks.endpoints or then.admin.endpoints(row.number)
        if row.has_phones and not stands:
            yield row.number


def _refused(todo: Plan) -> Iterator[str]:
    for desired in todo.conflicts:
        yield f"{desired.row.number} would be refused: {desired.conflict}"


def restore(services: Services, shown: RestorePreview, *, by: Actor) -> Restored:
    """Put the files back byte for byte, keep what they replace, and have Asterisk load them.

    Raises Overtaken when somebody has changed the files since they were shown, ConfigFileError; they are as they were
    then.
    """
    with config_files.locked(services.settings.asterisk_config_dir):
        if versions.current(services.settings) != shown.before:
            raise Overtaken("somebody has changed the files since they were shown: look again")
        with services.database.session() as session:
            audit.record(session, by, f"restored version {shown.version.name} of Asterisk's files")
            _replace(services, shown)
        return _loaded(services, shown)


def _replace(services: Services, shown: RestorePreview) -> None:
    settings = services.settings
    paths = versions.paths(settings)
    with ExitStack() as stack:
        replacements = []
        for path, kept, content in zip(
            paths, versions.paths_of(settings, shown.version), shown.after, strict=True
        ):
            config_files.refuse_symlink(path)
            if content is not None:
                rights = config_files.rights(path if path.exists() else kept)
                replacements.append(stack.enter_context(config_files.staged_whole(path, content, rights)))
        versions.keep(settings, shown.before, LastWrite.of(shown.after, restored=True))
        for replace_file in replacements:
            replace_file()


def _loaded(services: Services, shown: RestorePreview) -> Restored:
    """Have Asterisk load the files, and wait until it shows every endpoint in them."""
    try:
        with connected(services.settings) as asterisk:
            reloads.reload_pjsip(asterisk)
            reloads.reload_dialplan(asterisk)
            if shown.after.voicemail is not None:
                reloads.reload_voicemail(asterisk)
            return Restored(missing=_missing(asterisk, shown.endpoints))
    except AsteriskUnavailable as error:
        return Restored(unasked=str(error))


def _missing(asterisk: Client, endpoints: Sequence[str]) -> Sequence[str]:
    def look() -> Sequence[str]:
        there = asterisk.names("PJSIPShowEndpoints")
        return tuple(name for name in endpoints if name not in there)

    return verify.until_right(look, bool)
