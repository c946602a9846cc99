"""Pure: what goes with an extension that is deleted."""

from __future__ import annotations

from models.extension import Extension

STOPS = "Its phone stops working at once, and its settings are gone."
INSTEAD = "Disabled, it keeps number and settings."


def consequences(row: Extension) -> list[str]:
    """Return a sentence each."""
    known = {
        "The messages in its mailbox cannot be heard any more; who has the number next has a mailbox of their own.": (
            row.voicemail_enabled
        ),
        "HR has it as the phone of an employee, who has none then.": row.employee_ref is not None,
        f"It was written by hand once: /ext release {row.number} gives it back to your files instead.": (
            row.adopted_options is not None
        ),
        "Its owner in Slack is told.": bool(row.slack_user_id),
    }
    return [STOPS, *(sentence for sentence, is_so in known.items() if is_so)]
