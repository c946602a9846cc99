"""Asterisk's configuration files: Switchhook's blocks in them, and what the administrator wrote around those.

reader.py reads; all others but remedies.py, which knows what root has to type, are pure. parser.py reads a file as
Asterisk does, managed_files.py and blocks.py have Switchhook's lines, block_edits.py what somebody wrote among them,
admin_config.py the administrator's, from objects.py and transports.py (pjsip.conf), admin_dialplan.py and
exten_patterns.py (extensions.conf). file_diff.py shows what differs between two states of a file, masks.py lines without
the secrets in them, version_history.py which states are kept.
"""
