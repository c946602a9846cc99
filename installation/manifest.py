"""Pure: the Slack app's manifest, made of manifest.yaml for either way on which Slack's requests come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

HOST = "YOUR-HOST"
NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_yaml="
SCALARS: dict[str, Any] = {"true": True, "false": False}

Lines = list[tuple[int, str]]  # how far in, and what stands there


def manifest(text: str, host: str, *, is_socket: bool) -> str:
    """Return it without the comments that are for who reads the example.

    `host`: under which browsers reach this machine, and Slack unless it is Socket Mode; empty: none do.
    """
    text = re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r" +# .*$", "", text, flags=re.MULTILINE)
    if is_socket:
        text = re.sub(r"^ *(request_)?url: .*\n", "", text, flags=re.MULTILINE)
        text = text.replace("socket_mode_enabled: false", "socket_mode_enabled: true")
    if not host:
        text = re.sub(r"^ *redirect_urls:\n( +- https:.*\n)+", "", text, flags=re.MULTILINE)
    return text.replace(HOST, host)


def new_app_link(manifest_text: str) -> str:
    """Return the address at which Slack offers to make the app: https://docs.slack.dev/app-manifests."""
    return NEW_APP + quote(manifest_text, safe="")


def parsed(manifest_text: str) -> dict[str, Any]:
    """Read a manifest: as much of YAML as manifest.yaml has. (No library for YAML is installed in production.)"""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in manifest_text.splitlines() if line]
    return dict(_mapping(lines))


def _mapping(lines: Lines) -> Iterator[tuple[str, Any]]:
    for (_, line), inside in _blocks(lines):
        key, _, value = line.partition(":")
        if value.strip() == ">-":
            yield key, " ".join(text for _, text in inside)
        else:
            yield key, _scalar(value.strip()) if value else _value(inside)


def _value(lines: Lines) -> Any:
    if not lines[0][1].startswith("- "):
        return dict(_mapping(lines))
    return [
        dict(_mapping([(at + 2, line[2:]), *inside])) if ": " in line else _scalar(line[2:])
        for (at, line), inside in _blocks(lines)
    ]


def _blocks(lines: Lines) -> Iterator[tuple[tuple[int, str], Lines]]:
    """Yield each of the lines that are least far in, with those below that are further in."""
    starts = [at for at, (depth, _) in enumerate(lines) if depth == lines[0][0]]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start], lines[start + 1 : end]


def _scalar(text: str) -> Any:
    if text.isdecimal():
        return int(text)
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return SCALARS.get(text, text)
