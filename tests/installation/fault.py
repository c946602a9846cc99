"""What can go wrong in an installation, and how: the parts that faults are made of."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.installation.installation import Installation

Act = Callable[[Installation], object]


@dataclass(frozen=True)
class Fault:
    """One fault, to be put into a sound installation and to be mended as its remedy says.

    `check`: the slug that the doctor is to name first. `remedy`: what its remedy has to have, word for word; `{etc}`, `{opt}`
    and so on stand for the installation's own (Installation.words()). `mend` carries that out. `number`: what the doctor is
    asked about, if not the system. `listening`: the listener works meanwhile; else it is frozen, so as not to mend it.
    """

    name: str
    check: str
    put: Act
    remedy: str
    mend: Act
    number: str = ""
    listening: bool = False


def typed(command: str) -> Act:
    """Type a command as root; `{etc}` and so on are filled in."""
    return lambda installation: installation.shell(installation.filled_in(command))


def as_root(installation: Installation) -> None:
    """Type what the first remedy says root is to type."""
    installation.shell(installation.told.removeprefix("as root, "))


def flask(*arguments: str) -> Act:
    """Give a command of the command line, which may say that something is not live."""
    return lambda installation: installation.flask(*arguments)


def console(command: str) -> Act:
    """Type a command of Asterisk's console."""
    return lambda installation: installation.asterisk.cli(command)


def edited(name: str, before: str, after: str) -> Act:
    """Replace the one place in a file of Asterisk's folder."""
    return lambda installation: installation.edit(installation.asterisk.config_dir / name, before, after)


def setting(name: str, value: str) -> Act:
    """Write a line of `.env`, in the place of the one with that name if there is one."""

    def write(installation: Installation) -> None:
        line, value_there = f"{name}={installation.filled_in(value)}\n", rf"^{name}=.*\n"
        text = installation.env.read_text()
        replaced, count = re.subn(value_there, lambda _: line, text, flags=re.MULTILINE)
        installation.env.write_text(replaced if count else text + line)

    return write


def without_setting(name: str) -> Act:
    """Take a line out of `.env`."""

    def take_out(installation: Installation) -> None:
        text = re.sub(rf"^{name}=.*\n", "", installation.env.read_text(), flags=re.MULTILINE)
        installation.env.write_text(text)

    return take_out


def both(*acts: Act) -> Act:
    """Do one after the other."""
    return lambda installation: [act(installation) for act in acts]
