"""Has Asterisk reload a module."""

from __future__ import annotations

import time

from pbx import instruments, loaded_modules, voicemail
from pbx.ami_client import REPLY_SECONDS, Client
from pbx.errors import AsteriskUnavailable

DIALPLAN_SECONDS = 60.0  # Asterisk takes 19 s for 10,000 hints


def reload_pjsip(asterisk: Client) -> None:
    """Reload PJSIP's configuration. Raises AsteriskUnavailable."""
    _reload(asterisk, "res_pjsip.so", REPLY_SECONDS)


def reload_dialplan(asterisk: Client) -> None:
    """Reload extensions.conf. Raises AsteriskUnavailable."""
    _reload(asterisk, "pbx_config.so", DIALPLAN_SECONDS)


def reload_voicemail(asterisk: Client) -> None:
    """Reload voicemail.conf, if Asterisk reads it at all. Raises AsteriskUnavailable."""
    if not loaded_modules.missing(asterisk, [voicemail.MODULE]):
        _reload(asterisk, f"{voicemail.MODULE}.so", REPLY_SECONDS)


def _reload(asterisk: Client, module: str, timeout: float) -> None:
    """Wait for a reload in progress, `timeout` seconds at most, and reload."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        asked = time.monotonic()
        (answer,) = asterisk.ask_all([{"Action": "Reload", "Module": module}], timeout=timeout)
        if answer[0].get("Response") != "Error":
            instruments.RELOAD_DURATION.labels(module.removesuffix(".so")).observe(time.monotonic() - asked)
            return
        time.sleep(0.1)
    raise AsteriskUnavailable(f"Asterisk does not reload {module}: {answer[0].get('Message')}")
