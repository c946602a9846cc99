"""Steps that a workflow of Slack's Workflow Builder has carried out here. Admins decide whether it may.

- functions.py names the steps, their inputs and outputs, as the manifest has them.
- actions.py stores what Slack says was started, and takes what the admins decide.
- progress.py brings each execution further: questions.py asks the admins, carrying_out.py does it, telling.py tells Slack.
- messages.py is what admins read; command.py is `/ext steps`.
"""
