"""What docs/trunks.md has an administrator write is written here, into a real Asterisk with Switchhook's lines."""

from __future__ import annotations

import re

import pytest

from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.documents import DOCUMENTS
from tests.pbx.extension_driver import create_live, dialplan
from tests.server import settings_for


@pytest.fixture
def asterisk(fresh_asterisk: Asterisk) -> Asterisk:
    return fresh_asterisk


def example(heading: str) -> str:
    """The lines that stand below a heading."""
    section = DOCUMENTS["docs/trunks.md"].partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    (lines,) = re.findall(r"```ini\n(.*?)```", section, re.DOTALL)
    return str(lines)


def write(asterisk: Asterisk, name: str, *texts: str) -> None:
    """Above what is in the file."""
    path = asterisk.config_dir / name
    path.write_text("\n".join(texts) + "\n" + path.read_text())
    asterisk.cli("module reload res_pjsip.so" if name == "pjsip.conf" else "dialplan reload")


def test_routes_of_the_administrator_stand_beside_switchhooks_lines(
    asterisk: Asterisk, database_url: str
) -> None:
    write(asterisk, "extensions.conf", example("Numbers from outside"), example("Routes of your own"))
    services = Services.of(settings_for(asterisk, database_url))
    create_live(services, "101")
    assert dialplan(services, "15550100", "from-trunk") == [("15550100", "Goto", "from-internal,101,1")]
    assert dialplan(services, "90123")[0][:2] == ("_9X.", "NoOp")
    assert dialplan(services, "165")[0][0] == "_1XX"
    services.database.close()
