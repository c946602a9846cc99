"""How far Asterisk's clock is from ours: it may run on another machine, and either may be set."""

from __future__ import annotations

import time

from pbx.ami_client import Client

SAME = 2.0  # seconds: less is how long an answer takes, and that records have whole seconds


def ahead(asterisk: Client) -> float:
    """Return by how many seconds it is ahead of ours; 0.0: by nothing that matters, or Asterisk does not say."""
    answer = asterisk.ask_all([{"Action": "Ping"}])[0][0]
    try:
        seconds = float(answer.get("Timestamp", "")) - time.time()
    except ValueError:
        return 0.0
    return seconds if abs(seconds) > SAME else 0.0
