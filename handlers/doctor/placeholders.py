"""Pure: values of settings that were copied from an example and never filled in."""

from __future__ import annotations

import re

SIGNS = re.compile(
    r"""
      a-long-random-string
    | \b(change[-_ ]?me | fill[-_ ]?(me|this)?[-_ ]?in | replace[-_ ]?(me|this|with))\b
    | (^|\W|_)your[-_ ]            # YOUR-HOST, your-signing-secret
    | ^<.*>$                       # <step 4.4: xoxb-…>
    | … | \.\.\.$                  # xoxb-…
    | x{4,}$                       # xoxb-xxxxxxxx
    | \b[UCS]0123456\w*$           # IDs as examples have them
    | //(.*\.)?acme\.bamboohr\.com
    | \bexample\.(com|org|net)\b
    | //user:password@
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_placeholder(value: str) -> bool:
    return bool(SIGNS.search(value.strip()))
