"""What an administrator writes between Switchhook's marks is not wiped out without a word."""

from __future__ import annotations

import pytest

from models.extension import State
from pbx.errors import ConfigFileError
from pbx.publish import publish
from pbx.publishing import foreign_files
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.extension_driver import contents, create, create_live, has_exten, reason, shown, states

TRUNK = "[mytrunk]\ntype=endpoint\ncontext=door\n"


@pytest.mark.parametrize(
    ("name", "above", "text"),
    [
        ("pjsip.conf", "; <<<", TRUNK),
        ("extensions.conf", "; Extension 102", "exten => 160,1,Answer()\n"),
        ("extensions.conf", "; <<<", "[mine]\nexten => _9X.,1,Answer()\n"),
    ],
)
def test_lines_that_are_not_ours_stop_a_publish_that_would_wipe_them_out(
    services: Services, asterisk: Asterisk, name: str, above: str, text: str
) -> None:
    create_live(services, "101")
    create_live(services, "102")
    path = asterisk.config_dir / name
    path.write_text(path.read_text().replace(above, text + above, 1))
    asterisk.cli("module reload res_pjsip.so")
    asterisk.cli("dialplan reload")
    before = contents(services.settings)
    with pytest.raises(ConfigFileError) as caught:
        publish(services)
    first = text.split("\n")[1 if "[mine]" in text else 0].partition(",")[0]
    line = next(n for n, each in enumerate(path.read_text().split("\n"), 1) if each.startswith(first))
    assert f"{path}:{line} has {first}" in str(caught.value)
    assert "move these lines out of there" in str(caught.value)
    create(services, "103")
    assert str(caught.value) == reason(services, "103")
    assert contents(services.settings) == before
    with pytest.raises(ConfigFileError):
        foreign_files.conflict(services)  # of which /readyz tells
    assert shown(services, "mytrunk") or "pjsip" not in name
    path.write_text(path.read_text().replace(text, "") + text)
    publish(services)
    assert set(states(services).values()) == {State.LIVE}
    assert text in path.read_text().partition("; <<<")[2]


def test_switchhooks_own_lines_are_no_edit(services: Services, asterisk: Asterisk) -> None:
    path = services.settings.pjsip_path
    path.write_text(path.read_text().partition("[transport-tcp]")[0])
    create(services, "101", transport="tcp", context="sales")
    create(services, "102", name="[x] ; Extension 7")
    publish(services)
    assert has_exten(services, "101", "sales")
    assert foreign_files.conflict(services) is None
