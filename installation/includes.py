"""Pure: the lines by which pjsip.conf and extensions.conf include Switchhook's own files."""

from __future__ import annotations

import re

from installation.facts import ConfigFile
from pbx.config.parser import ends_inside_comment

WRITTEN_ANEW = re.compile(r"auto-?generated", re.IGNORECASE)
HEAD = 2000  # characters, in which a program that makes a file says so


def with_include(content: bytes, name: str) -> bytes:
    """Return the file with the line at its end; every byte that was there stands."""
    gap = b"" if content.endswith(b"\n") or not content else b"\n"
    return content + gap + f"#include {name}\n".encode()


def obstacle(config: ConfigFile, name: str) -> str | None:
    """Return why no line may be added to the file, with what to do; None: it may.

    Whoever adds it does so before the other file is there: with #include Asterisk would load nothing of theirs then.
    """
    if config.content is None:
        return None
    if config.is_link:
        return f"{config.path} is a symlink, so it is kept elsewhere: add the line #tryinclude {name} at the end of what it leads to, and run this again"
    if ends_inside_comment(config.text):
        return f"{config.path} opens a comment with ;-- and never closes it, so a line at its end would be comment, too: close it with --; and run this again"
    if WRITTEN_ANEW.search(config.text[:HEAD]):
        return (
            f"{config.path} says that a program writes it anew, which would take a line of ours out again: put #tryinclude {name} "
            "into the file that this program leaves to you (FreePBX: pjsip_custom.conf, extensions_custom.conf), and run this again"
        )
    return None
