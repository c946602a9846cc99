"""Pure: the Slack users that rows would give extensions to; whom Slack does not know, or has deactivated, gets none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pbx.bulk.rows import Fault, Outcome, refused

FIELD = "slack_user_id"


def new_owner(outcome: Outcome) -> str:
    """Return whom a row would give its extension to, who does not have it yet; empty: nobody."""
    if not outcome.is_to_save:
        return ""
    _, after = (outcome.changes or {}).get(FIELD) or (None, None)
    return after or ""


def new_owners(outcomes: Iterable[Outcome]) -> list[str]:
    """Return all of them, each once."""
    return list(dict.fromkeys(owner for each in outcomes if (owner := new_owner(each))))


def without_unfit(outcomes: Iterable[Outcome], unfit: Mapping[str, str]) -> list[Outcome]:
    """Refuse rows whose owner cannot be one. `unfit`: member ID → why not."""
    return [_refused(each, unfit) for each in outcomes]


def _refused(outcome: Outcome, unfit: Mapping[str, str]) -> Outcome:
    why = unfit.get(owner := new_owner(outcome))
    if not owner or not why:
        return outcome
    return refused(outcome.row, Fault(FIELD, f"{owner} {why}: leave the cell empty, or name somebody else"))
