"""Pure: asks Asterisk, over AMI, for a section of one of its files, and reads what it answers."""

from __future__ import annotations

from pbx.ami_messages import Message


def get(file: str, section: str) -> dict[str, str]:
    return {"Action": "GetConfig", "Filename": file, "Category": section}


def option(answer: Message, wanted: str, default: str) -> str:
    """Return the last value of an option in what GetConfig answers; a section that is a template alone has none."""
    if any(name.startswith("IsTemplate") for name in answer):
        return default
    lines = [value.partition("=") for name, value in answer.items() if name.startswith("Line-")]
    values = [value.lstrip(">").strip() for name, _, value in lines if name.strip() == wanted]
    return values[-1] if values else default
