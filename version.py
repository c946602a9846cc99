"""Pure: which version of Switchhook this is (pyproject.toml reads it), and the oldest Asterisk that it works with."""

VERSION = "0.1.0"
OLDEST_ASTERISK = 18
