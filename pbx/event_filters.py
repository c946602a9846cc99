"""Pure: the filters that Asterisk gets, POSIX regular expressions over the whole text of an event.

Asterisk writes a caller's number and the account of a failed login as they came, line breaks included. So an event must
begin with its name, and one of calls or contacts must be lines of `Name: value` to its end: a value with an empty line
would end the message early, and what follows would look like a message of its own. A failed login always passes, so
that nobody logs in unseen: Asterisk cuts its account to 36 bytes, too few for anything that Switchhook believes.
"""

from __future__ import annotations

from pbx.events import EVENTS_WANTED, LOGIN_REASONS

LINE_END = "[[:cntrl:]]{2}"  # CR and LF, which cannot be written into a filter
LINE = f"[^:[:cntrl:]]+: [^[:cntrl:]]*{LINE_END}"


def _pattern(name: str) -> str:
    begin = f"^Event: {name}{LINE_END}"
    return begin if name in LOGIN_REASONS else f"{begin}({LINE})*{LINE_END}$"


PATTERNS = tuple(map(_pattern, EVENTS_WANTED))
