"""The tests, and what they are made of.

Processes that they start find Switchhook compiled, even where the shell asks Python to keep no bytecode.
"""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
