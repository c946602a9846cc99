"""Slack: commands, buttons and forms in; answers out.

To add `/ext park 101`, something that is done to one extension by its number, also on the command line:

1. pbx/extensions.py: the use case, `park(system, number, *, by)`.
2. handlers/number_commands.py: one entry in COMMANDS, with what both helps say.
3. docs/slack.md and docs/command-line.md: a line in the table of commands. Tests compare them with the code.

To add a subcommand of another shape:

1. handlers/slack/commands.py: a function, and its entry in SUBCOMMANDS; `admin_only=False` if everybody may.
2. handlers/slack/messages.py (or a module of its own): what it answers, if no message there says it.
3. docs/slack.md: a line in the table. For one that everybody may use, Admins.must_include() names it, too.
4. For the command line: a function in handlers/cli.py, and a line in docs/command-line.md.

manifest.yaml stays as it is: Slack knows `/ext` alone.
"""
