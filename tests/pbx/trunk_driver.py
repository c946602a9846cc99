"""A phone system with a trunk, as an administrator writes it by hand, and what Switchhook makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from models.extension import State
from pbx.publish import publish
from pbx.publishing import outbound
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import contents, dialplan, states

TRUNK = """
[trunk]
type=endpoint
context=from-trunk
aors=trunk
[trunk]
type=aor
contact=sip:127.0.0.1:1
"""


class Pbx:
    """An Asterisk whose files are written by hand, and a system on it with or without a trunk."""

    def __init__(self, asterisk: Asterisk, services_on: Callable[..., Services]) -> None:
        self.asterisk = asterisk
        self._services_on = services_on

    def services(self, **more: str) -> Services:
        return self._services_on(self.asterisk, **{"OUTBOUND_TRUNK": "trunk"} | more)

    def without(self, **more: str) -> Services:
        """The same without the setting."""
        return self._services_on(self.asterisk, **more)

    def path(self, name: str) -> Path:
        return self.asterisk.config_dir / name

    def write(self, name: str, text: str) -> None:
        """Above what is in the file."""
        path = self.path(name)
        path.write_text(text + path.read_text())
        self.reload()

    def append(self, name: str, text: str) -> None:
        with self.path(name).open("a") as file:
            file.write(text)
        self.reload()

    def reload(self) -> None:
        self.asterisk.cli("module reload res_pjsip.so")
        self.asterisk.cli("dialplan reload")


def problem(services: Services) -> str:
    """The one problem that is told; publishing writes the extensions all the same."""
    publish(services)
    assert set(states(services).values()) == {State.LIVE}
    (found,) = outbound.problems(services)
    return found


def has_route(services: Services, number: str = "95550100", context: str = "from-internal") -> bool:
    in_file = f"[{context}]\n; Calls out" in contents(services.settings)[1].decode()
    running = any(exten == "_9X." for exten, _, _ in dialplan(services, number, context))
    assert in_file == running
    return running
