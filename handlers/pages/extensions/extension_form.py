"""Pure: the form of an extension: what it begins with, what was typed, and what somebody else has changed meanwhile.

What it becomes, extension_values.py of Slack's windows says, for both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.slack.modals import extension_values
from handlers.slack.modals.extension_values import FIRST, MORE, NOBODY, SWITCHED, SWITCHES
from models.audit import AuditEntry
from models.extension import Extension
from models.fields import Changes, EndpointFields, NewExtension

Values = dict[str, str]  # by the input's name; of a switch: `on`, or empty
TEXTS = (*FIRST, *MORE, "codecs")
# In the order in which the form has them; those of the second line are below “More”.
FIRST_SHOWN = ("number", "name", "secret", "context", "transport", "max_contacts")
MORE_SHOWN = ("codecs", "caller_id", "email", "slack_user_id", *SWITCHED, "qualify_frequency", "notes")


def shown(row: Extension | EndpointFields) -> Values:
    """Return a row, or the defaults, as the form shows them."""
    values = extension_values.shown(row)
    values["codecs"] = ", ".join(row.codecs)
    on = values.pop(SWITCHES).split(",")
    return values | {name: "on" if name in on else "" for name in SWITCHED}


def typed(form: Mapping[str, str], *more: str) -> Values:
    """Return what was typed into a form; `more`: inputs besides those of every extension."""
    return {name: form.get(name, "").strip() for name in (*more, *TEXTS, *SWITCHED)}


def new_extension(values: Values) -> NewExtension:
    """Read a filled-in form; what is left empty gets its default. Raises Faults."""
    return extension_values.new_extension(_as_typed(values))


def changes(values: Values, row: Extension) -> Changes:
    """Return what is otherwise in a form than in the row. Raises Faults."""
    nobody = {NOBODY: "yes"} if row.slack_user_id and not values["slack_user_id"] else {}
    return extension_values.changes(_as_typed(values) | nobody, row)


def in_order(sentences: Mapping[str, str]) -> Values:
    """Return what is wrong, from top to bottom."""
    return {name: sentences[name] for name in (*FIRST_SHOWN, *MORE_SHOWN) if name in sentences}


def _as_typed(values: Values) -> dict[str, str]:
    switches = ",".join(name for name in SWITCHED if values[name])
    texts = {name: value for name, value in values.items() if name not in SWITCHED}
    return texts | {"codecs": ",".join(values["codecs"].replace(",", " ").split()), SWITCHES: switches}


def merged(values: Values, row: Extension, since: Sequence[AuditEntry]) -> tuple[Values, Values]:
    """Return a form with what was typed, and else what is so now; and a sentence for each field that both have changed.

    `since`: what was done to the row after the form was made, oldest first.
    """
    now, before = shown(row), shown(_before(row, since))
    mine = {name for name in before if values[name] != before[name]}
    both = {name: _clash(now[name]) for name in mine if now[name] not in (before[name], values[name])}
    return values | {name: now[name] for name in before if name not in mine}, in_order(both)


def _clash(now: str) -> str:
    what = f"changed meanwhile, to “{now}”" if now else "emptied meanwhile"
    return f"this was {what}: what you have typed takes its place if you save"


def _before(row: Extension, since: Sequence[AuditEntry]) -> Extension:
    """Return the row as it was before."""
    first: dict[str, object] = {}
    for entry in since:
        for name, values in entry.changes.items():
            if values is not None:
                first.setdefault(name, values[0])
    return Extension(
        **row.model_dump() | {name: first[name] for name in first if name in Changes.model_fields}
    )
