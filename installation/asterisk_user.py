"""Who runs Asterisk. What a user of the machine says of it counts for that user alone: Switchhook joins their group."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from installation import processes
from installation.tree import Tree

ROOT = 0


@dataclass(frozen=True)
class RunsAs:
    """`strangers`: users who run something that looks like it, and of whom nobody says that they should."""

    user: str
    group: str
    running: bool = False
    strangers: tuple[str, ...] = ()


def look(tree: Tree, folder: Path) -> RunsAs:
    """Ask its process, asterisk.conf, its package's user, or the folder's owner. `folder`: of its files."""
    said = _said(tree, folder)
    found = processes.asterisk_owners(folder) if tree.is_machine else []
    known = {ROOT, _owner(tree, folder), tree.user_id("asterisk"), tree.user_id(said.user) if said else None}
    if running := sorted((ids for ids in found if ids[0] in known), key=lambda ids: ids[0] == ROOT):
        user, group = running[0]
        return RunsAs(tree.user_name(user) or "asterisk", tree.group_name(group) or "asterisk", running=True)
    at_rest = said or _guessed(tree, folder)
    strangers = dict.fromkeys(tree.user_name(user) or str(user) for user, _ in found)
    return RunsAs(at_rest.user, at_rest.group, strangers=tuple(strangers))


def _said(tree: Tree, folder: Path) -> RunsAs | None:
    """Return what asterisk.conf says: root there names any user, another only itself, and a group that the user is in."""
    for section in tree.config_file(folder / "asterisk.conf").sections:
        if section.name != "options" or section.is_template or not (user := section.get("runuser")):
            continue
        group = section.get("rungroup") or user
        if not tree.has_users:
            return RunsAs(user, group)
        if _owner(tree, section.path) in (ROOT, tree.user_id(user)):
            groups = tree.groups(user)
            return RunsAs(user, group if group in groups else next(iter(groups), user))
    return None


def _guessed(tree: Tree, folder: Path) -> RunsAs:
    if tree.user_id("asterisk") is not None or not tree.is_machine:
        return RunsAs("asterisk", "asterisk")
    owner = _owner(tree, folder)
    return RunsAs((tree.user_name(owner) if owner is not None else None) or "root", "root")


def _owner(tree: Tree, path: Path) -> int | None:
    at = tree.at(path)
    return at.stat().st_uid if at.exists() else None
