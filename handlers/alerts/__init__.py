"""Alerts: what happens on the phone system, posted to Slack.

An event (models/event.py) walks rules.py → calls.py, phones.py or logins.py → the outbox → poster.py → Slack.
incidents.py reports what is wrong with Switchhook itself.

To add a kind of message:

1. its class, with its fields and render(), in a `*_messages.py` here;
2. its entry in KINDS of handlers/message_kinds.py: the outbox is read by it;
3. where it comes from: a rule that writes it. A new kind of event also needs its entry in RULES of rules.py.

Then tests/handlers/slack/message_strategies.py wants the worst contents that it can have, and
tests/handlers/test_message_kinds.py a row as the outbox keeps it: both fail until the kind is there.
"""
