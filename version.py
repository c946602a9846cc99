"""The one place that says which version of Switchhook this is; pyproject.toml reads it."""

VERSION = "0.1.0"
