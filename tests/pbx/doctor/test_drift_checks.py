"""The doctor finds what differs now, and not what publish has put back."""

from __future__ import annotations

from pbx.doctor import drift_checks
from pbx.publish import publish
from pbx.services import Services
from tests.pbx.extension_driver import create_live


def test_edited_lines_are_found_until_publish_puts_them_back(services: Services) -> None:
    create_live(services, "101")
    assert list(drift_checks.drift(services)) == []
    path = services.settings.pjsip_path
    path.write_text(path.read_text().replace("max_contacts=1", "max_contacts=7"))
    (found,) = drift_checks.drift(services)
    assert found.check == "drift"
    assert "max_contacts=7 instead of max_contacts=1" in found.seen
    assert "the next publish puts them back" in found.remedy
    publish(services)
    assert list(drift_checks.drift(services)) == []
