"""Pure: the action_id of each button of onboarding's, and the callback_id of the form behind it: Slack sends them back."""

from __future__ import annotations

REVEAL = "hr_secret"
SCAN = "hr_scan"
RETRY = "hr_retry"
NEW = "hr_new"
IGNORE = "hr_ignore"
THEIRS = "hr_theirs_"  # continued by what makes it unique in its message
NUMBER = "hr_number"  # button and form
DETAILS = "hr_details"  # button and form
NOBODY = "hr_nobody"
GIVE = "hr_give_"  # continued by the employee
NO_SLACK = "no_slack"  # kind of message; begins the subject of the question who somebody is in Slack
HANDOVER = (
    "h"  # begins the value of REVEAL for whom an admin made the extension for; an employee's is a number
)
