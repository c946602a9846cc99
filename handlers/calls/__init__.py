"""Calls that people ask for in Slack: /ext call.

command.py has one made; messages.py is what the asker reads of it, which following.py edits as the call goes on.
"""
