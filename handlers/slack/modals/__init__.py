"""Windows of Slack that are filled in.

openings.py says which commands open one. Each has its views, pure, and beside them what is done when it is submitted:

- extension_forms.py, extension_values.py and extension_actions.py make and change an extension.
- nat_form.py and nat_actions.py are NAT, alert_form.py where alerts go (handlers/alerts/route_actions.py does it).
- menu.py and menu_actions.py are the menu.

submissions.py is how each is submitted, faults.py what is wrong then; handlers/slack/inputs.py has the inputs, handlers/slack/windows.py shows them.
"""
