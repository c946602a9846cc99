"""Whether publishing is refused, so that no phone is lost."""

from __future__ import annotations

import pytest

from pbx.errors import PhonesAtRisk
from pbx.publish import publish
from pbx.publishing import foreign_files
from pbx.services import Services
from tests.pbx.extension_driver import contents


def refuses(services: Services, *words: str) -> bool:
    """Return whether publish() refuses with these words, and the files stay as they are."""
    before = contents(services.settings)
    with pytest.raises(PhonesAtRisk) as caught:
        publish(services)
    said = foreign_files.conflict(services)
    return (
        contents(services.settings) == before and str(caught.value) == said and all(w in said for w in words)
    )
