"""Windows of Slack that are filled in.

openings.py says which commands open one. Each has its views, pure, and beside them what is done when it is submitted:

- extension_forms.py, extension_values.py and extension_actions.py make and change an extension.

submissions.py is how each is submitted; handlers/slack/inputs.py has the inputs, handlers/slack/windows.py shows them.
"""
