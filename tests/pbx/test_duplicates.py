"""What stands twice in pjsip.conf is refused, before Asterisk loads nothing of it at its next start."""

from __future__ import annotations

import pytest

from models.extension import State
from pbx.errors import ConfigFileError
from pbx.publish import publish
from pbx.services import Services
from tests.asterisk_bed import Asterisk
from tests.pbx.conftest import ServicesOn
from tests.pbx.extension_driver import contents, create, create_live, reason, shown, states

HAND = "[hand]\ntype=aor\nmax_contacts=1\n"


@pytest.fixture
def included(asterisk: Asterisk, services_on: ServicesOn) -> Services:
    """A system whose files are included ones, with an extension 101 that is live."""
    (asterisk.config_dir / "switchhook").mkdir()
    for name in ("pjsip.conf", "extensions.conf"):
        (asterisk.config_dir / "switchhook" / name).touch()
        include(asterisk, name, f"#include switchhook/{name}")
    files = {"PJSIP_CONF": "switchhook/pjsip.conf", "EXTENSIONS_CONF": "switchhook/extensions.conf"}
    create_live(services := services_on(asterisk, **files), "101")
    return services


def include(asterisk: Asterisk, name: str, line: str) -> int:
    """The number of the line."""
    path = asterisk.config_dir / name
    path.write_text(path.read_text() + line + "\n")
    return path.read_text().count("\n")


def test_a_second_include_of_our_file_is_refused_naming_both_lines(
    included: Services, asterisk: Asterisk
) -> None:
    before = contents(included.settings)
    (asterisk.config_dir / "office.conf").write_text("[a](!)\n#include switchhook/*.conf\n")
    line = include(asterisk, "pjsip.conf", "#include office.conf")
    asterisk.kill()
    asterisk.start()
    assert not shown(included, "101")
    create(included, "102")
    path = asterisk.config_dir / "pjsip.conf"
    assert f"is read twice, by {path}:{line - 1} and by {path}:{line}, {path.parent}/office.conf:2" in reason(
        included, "102"
    )
    assert contents(included.settings) == before
    path.write_text(path.read_text().replace("#include office.conf\n", ""))
    publish(included)
    assert states(included) == {"101": State.LIVE, "102": State.LIVE}


def test_a_second_include_of_our_dialplan_takes_nothing_away(included: Services, asterisk: Asterisk) -> None:
    include(asterisk, "extensions.conf", "#include switchhook/extensions.conf")
    asterisk.kill()
    asterisk.start()
    create_live(included, "102")
    asterisk.cli("dialplan reload")
    assert "PJSIP/101" in asterisk.cli("dialplan show 101@from-internal")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (HAND + "[base](!)\n[hand](base)\ntype=aor\n", "aor"),
        ("[transport-udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:5099\n", "transport"),
    ],
)
def test_an_object_of_the_administrators_that_stands_twice_is_refused_naming_both_lines(
    services: Services, asterisk: Asterisk, text: str, kind: str
) -> None:
    create_live(services, "101")
    path = services.settings.pjsip_path
    path.write_text(path.read_text() + text)
    before = contents(services.settings)
    asterisk.kill()
    asterisk.start()
    assert kind not in shown(services, "101")
    name = text.rstrip().rpartition("[")[2].partition("]")[0]
    lines = [number for number, line in enumerate(path.read_text().split("\n"), 1) if f"[{name}]" in line]
    with pytest.raises(
        ConfigFileError, match=rf"{path}:{lines[0]} and at {path}:{lines[1]}, .* no {kind} at"
    ):
        publish(services)
    assert contents(services.settings) == before


def test_a_section_that_is_added_to_is_no_duplicate(services: Services) -> None:
    path = services.settings.pjsip_path
    path.write_text(
        f"{path.read_text()}\n{HAND}[hand](+)\nqualify_frequency=9\n[hand]\ntype=auth\n[hand](!)\ntype=aor\n"
    )
    create_live(services, "101")
