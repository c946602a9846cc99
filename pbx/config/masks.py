"""Pure: lines of configuration files without the secrets in them.

masked() is for those who may read the files: it takes out what looks like a secret. told() is for Slack, where a whole
channel reads: it leaves in only what cannot be one.
"""

from __future__ import annotations

import re

from models.fields import pjsip_options
from pbx import pjsip_transports
from pbx.pjsip import BEHIND_NAT

MASK = "********"
# A word that is no part of a longer one: `PIN` of `DOOR_PIN`, not of `mapping`.
WORD = r"(?:password|passwd|secret|md5_cred|token|api_?key|passphrase|(?<![^\W_])(?:pass|pin|pwd?)(?![^\W_]))"
SECRETS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # `password=…`, also commented out, as `inbound_auth/password = …`, and as Set(PIN=…)
        rf"([\w/-]*{WORD}[\w-]*\s*\+?=>?\s*)\S.*",
        r"([\w/-]*set_?var\s*\+?=>?\s*[^=]+=\s*)\S.*",
        rf"(;.*?{WORD}\w*\W+)\S.*",  # words of a comment
        r"((?:authenticate|disa)\s*[(,|]\s*)[^\s)].*",
        r"(^[-+ ]?[\s;]*[0-9]+\s*=>?\s*)[^\s,]+",  # `101 => 1234,Alice` of voicemail.conf
        r"(^[-+ ]?[\s;]*(?!exten\b)[\w.-]+\s*=>\s*-?)[0-9]+(?=\s*,)",  # and `alice => -1234,Alice`
        # user:password@host, of URLs and SIP addresses, too; but sip:101@host has none
        r"(?<![\w.+-])((?:sips?:|[\w+.-]+://)?(?!sips?:|[\w+.-]+://)[\w.+%-]*:)[^\s@]+(?=@)",
        r"(\s-u\s*[^\s:]+:)\S+",  # of curl
        r"(bearer\s+)\S+",
    )
)
# Options whose values are no secrets.
TOLD = frozenset(
    (
        *pjsip_options("endpoint"),
        *pjsip_options("aor"),
        *("type", "context", "allow", "disallow", "transport", "callerid", "subscribe_context", "webrtc"),
        *("max_contacts", "remove_existing"),
        *BEHIND_NAT,
        *("protocol", "bind", *pjsip_transports.OPTIONS),
    )
)
SECTION = re.compile(r"\[[^\]]*\](\([^)]*\))?")
# A step and what it calls; the arguments of the Dial() that Switchhook writes, too.
STEP = re.compile(
    r"(?:exten\s*=>?\s*[^,;]+,\s*|same\s*=>?\s*)[\w()+]+\s*,\s*(?:Dial\(PJSIP/\w+,[0-9]+\)|PJSIP/\w+|\w+)",
    re.IGNORECASE,
)
INCLUDE = re.compile(r"include\s*=>?\s*[\w-]+", re.IGNORECASE)
OPTION = re.compile(r"([\w/-]+)\s*\+?=>?")


def masked(line: str) -> str:
    """Return a line without the secret in it."""
    for secret in SECRETS:
        line = secret.sub(rf"\g<1>{MASK}", line)
    return line


def told(line: str) -> str:
    """Return as much of a line as everybody may read: of most options the name alone, of a step what it calls."""
    line, comment, _ = line.strip().partition(";")
    line = line.rstrip()
    if not line:
        return "a comment" if comment else ""
    if match := SECTION.match(line) or INCLUDE.fullmatch(line):
        return match[0]
    if match := STEP.match(line):
        return match[0] + ("(…)" if match.end() < len(line) else "")
    if match := OPTION.match(line):
        return line if match[1].lower() in TOLD else f"{match[1]}=…"
    return "a line"
