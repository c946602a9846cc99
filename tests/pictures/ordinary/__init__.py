"""Every kind of message and window with the content of an ordinary day."""

from tests.pictures.ordinary.alerts import ALERTS
from tests.pictures.ordinary.answers import ANSWERED
from tests.pictures.ordinary.homes import HOMES
from tests.pictures.ordinary.late import LATE
from tests.pictures.ordinary.onboarding import ONBOARDING
from tests.pictures.ordinary.oncall import STATUS
from tests.pictures.ordinary.parts import ByKind
from tests.pictures.ordinary.windows import WINDOWS

ORDINARY: ByKind = {**ANSWERED, **ALERTS, **ONBOARDING, **STATUS, **HOMES, **WINDOWS, **LATE}
