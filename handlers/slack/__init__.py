"""Slack: commands, buttons and forms in; answers out.

To add a subcommand of `/ext`: docs/architecture.md, “Recipe: a subcommand”. The help and the refusals follow the table
SUBCOMMANDS; manifest.yaml knows `/ext` alone and stays as it is.
"""
