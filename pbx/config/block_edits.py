"""Pure: what somebody wrote between Switchhook's markers, where the next publish() would wipe it out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pbx.config.managed_files import BEGIN, ManagedFile
from pbx.dialplan import RANGE_CONTEXT
from pbx.outbound_route import CALL, EMERGENCY_CALL, ROUTES_CONTEXT
from pbx.pjsip_transports import MARK

HEAD = r"^[ \t]*(?:; Extension (?P<number>\S+)|\[(?P<section>[^\]\n]*)\]"
PJSIP = re.compile(HEAD + f"|{'(?P<transport>.+)'.join(map(re.escape, MARK))})", re.MULTILINE)
DIALPLAN = re.compile(
    HEAD + r"|exten\s*=>?\s*(?P<exten>[^,;\n]+)(?P<steps>.*)|include\s*=>?\s*(?P<include>[^;\n]+))",
    re.MULTILINE | re.IGNORECASE,
)
TRANSPORT = re.compile(r"transport-\w+")


def in_pjsip(pjsip: ManagedFile) -> list[str]:
    """Return sections that belong to no extension of the block, as `file:line has [name]`."""
    return [f"{_place(pjsip, match)} has [{match['section']}]" for match in _sections(_text(pjsip))]


def _sections(block: str) -> Iterator[re.Match[str]]:
    number = ""
    for match in PJSIP.finditer(block):
        if owner := match["number"] or match["transport"]:
            number = owner
        elif match["section"] != number and (number or not TRANSPORT.fullmatch(match["section"])):
            yield match


def in_dialplan(extensions: ManagedFile) -> list[str]:
    """Return extens and includes that are neither an extension's nor the range's, as `file:line has …`.

    What a step does is left out: it may be Authenticate() with its digits, and people read this in Slack.
    """
    return [f"{_place(extensions, match)} has {_name(match)}" for match in _steps(_text(extensions))]


def _name(match: re.Match[str]) -> str:
    return (
        f"exten => {match['exten'].strip()}" if match["exten"] else f"include => {match['include'].strip()}"
    )


def _steps(block: str) -> Iterator[re.Match[str]]:
    number = context = ""
    for match in DIALPLAN.finditer(block):
        if match["number"]:
            number = match["number"]
        elif match["section"] is not None:
            context = match["section"]
        elif not _is_ours(match, number, context):
            yield match


def _is_ours(match: re.Match[str], number: str, context: str) -> bool:
    if match["include"]:
        return match["include"].strip() in (RANGE_CONTEXT, ROUTES_CONTEXT)
    exten = match["exten"].strip()
    # Older versions had the range's patterns in the context itself.
    is_range = context == RANGE_CONTEXT or "Extension to extension call" in match["steps"]
    is_route = context == ROUTES_CONTEXT and any(
        f"({call})" in match["steps"] for call in (CALL, EMERGENCY_CALL)
    )
    return exten == number or (exten.startswith("_") and is_range) or is_route


def _text(managed: ManagedFile) -> str:
    return (managed.block or b"").decode("utf-8", "replace")


def _place(managed: ManagedFile, match: re.Match[str]) -> str:
    above = (managed.before + BEGIN).count(b"\n") + match.string.count("\n", 0, match.start())
    return f"{managed.path}:{above + 1}"
