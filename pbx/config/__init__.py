"""Asterisk's configuration files: Switchhook's blocks in them, and what the administrator wrote around those."""
