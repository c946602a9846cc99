"""Every fault that is put into an installation."""

from __future__ import annotations

from tests.installation.asterisk_faults import FILES, MANAGER, MODULES, NAT, PHONES, RESTARTED, RIGHTS_FAULTS
from tests.installation.database_faults import DATABASE
from tests.installation.drift_faults import DRIFT
from tests.installation.number_faults import NUMBERS
from tests.installation.permission_faults import PERMISSIONS
from tests.installation.process_faults import PROCESSES, WORLD
from tests.installation.settings_faults import SETTINGS
from tests.installation.slack_faults import SLACK
from tests.installation.trunk_faults import TRUNKS

# Those last for which Asterisk is started anew.
FAULTS = (
    *PERMISSIONS,
    *SETTINGS,
    *SLACK,
    *DATABASE,
    *FILES,
    *RIGHTS_FAULTS,
    *MODULES,
    *PHONES,
    *PROCESSES,
    *WORLD,
    *NAT,
    *TRUNKS,
    *DRIFT,
    *NUMBERS,
    *RESTARTED,
    *MANAGER,
)
