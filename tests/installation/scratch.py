"""A scratch root with a small Asterisk, and what `flask init` would do there."""

from __future__ import annotations

from pathlib import Path

from installation import machine, plan
from installation.facts import Answers, Machine
from installation.plan import NewSecrets, Plan
from installation.tree import Tree
from tests.server import PROJECT

FRESH = NewSecrets("fresh-" * 8, "fresh-ami-secret", "whsec_ZnJlc2g=")
HOST = "pbx.example.com"
ANSWERS = Answers(
    host=HOST,
    sip_domain="192.168.1.5",
    extension_range="100-199",
    slack_bot_token="xoxb-1",
    slack_signing_secret="signing",
    slack_admins="U0ADMIN01",
)
FILES = {
    "pjsip.conf": "; ours\n",
    "extensions.conf": "[general]\n",
    "manager.conf": '[general]\nenabled = yes\nbindaddr = 127.0.0.1\n#include "manager.d/*.conf"\n',
}


def scratch(root: Path, /, env: str | None = None, **files: str) -> Tree:
    """A root; `pjsip_conf="…"` is the text of /etc/asterisk/pjsip.conf, and so on for others."""
    folder = root / "etc/asterisk"
    (folder / "manager.d").mkdir(parents=True)
    (root / "etc/nginx/sites-available").mkdir(parents=True)
    for name, text in (FILES | {key.replace("_conf", ".conf"): text for key, text in files.items()}).items():
        (folder / name).write_bytes(text.encode())
    if env is not None:
        path = root / PROJECT.relative_to("/") / ".env"
        path.parent.mkdir(parents=True)
        path.write_text(env)
    return Tree(root)


def look(root: Path, /, env: str | None = None, **files: str) -> Machine:
    return machine.look(scratch(root, env, **files))


def planned(found: Machine, answers: Answers = ANSWERS, *, replace: bool = False) -> Plan:
    return plan.make(found, answers, FRESH, replace)


def content(made: Plan, name: str) -> str:
    """What a file is to have, by the end of its path."""
    (found,) = [
        each.after
        for each in made.changes
        if str(getattr(each, "path", "")).endswith(name) and hasattr(each, "after")
    ]
    return found.decode()


def paths(made: Plan) -> list[str]:
    return [str(getattr(each, "path", "the user")) for each in made.changes]
