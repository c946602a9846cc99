"""What an account answers when Asterisk asks for its password: RFC 2617, with qop=auth."""

from __future__ import annotations

import hashlib
import re

PARAMETER = re.compile(r'(\w+)="?([^",]*)"?')


def authorization(user: str, secret: str, method: str, uri: str, challenge: str) -> str:
    """Return the line of the header. `challenge`: the message, or its line WWW-Authenticate."""
    given = dict(PARAMETER.findall(challenge.partition("WWW-Authenticate:")[2].partition("\r\n")[0]))
    account, request = _md5(f"{user}:{given['realm']}:{secret}"), _md5(f"{method}:{uri}")
    response = _md5(f"{account}:{given['nonce']}:00000001:c:auth:{request}")
    return (
        f'Authorization: Digest username="{user}", realm="{given["realm"]}", nonce="{given["nonce"]}", '
        f'uri="{uri}", response="{response}", algorithm=MD5, cnonce="c", qop=auth, nc=00000001, '
        f'opaque="{given.get("opaque", "")}"'
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
