"""The command line: `flask ext …`, `flask publish` and the rest, over the same use cases as Slack.

commands.py registers them all; database_commands.py has backup, restore and database move; doctor.py is `flask doctor`;
common.py is what they share.
"""
