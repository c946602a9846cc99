"""The command line: `flask ext …`, `flask publish` and the rest, over the same use cases as Slack.

commands.py registers them all; database_commands.py has backup, restore and database move; publish.py is `flask
publish`, settle.py `flask settle`, config_files.py `flask restore-files`; doctor.py is `flask
doctor`, nat.py `flask ext nat`, presence.py `flask ext presence`, drift.py `flask ext drift`, adopt.py `flask ext adopt` and `release`, import_export.py `flask ext import`
and `export`; token.py is `flask token`, login_link.py `flask login-link`; slack.py is
`flask slack manifest`; init.py is `flask init`, with what it asks (init_questions.py, init_calls.py) and shows (init_wording.py); common.py is what they share, json_output.py
`--json`, setting_options.py an option for each setting.
"""
