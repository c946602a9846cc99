"""Alerts: what happens on the phone system, posted to Slack.

An event (models/event.py) walks rules.py → calls.py, phones.py or logins.py → the outbox → poster.py → Slack.
incidents.py reports what is wrong with Switchhook itself.

To add a kind of message: docs/architecture.md, “Recipe: an alert kind”.
"""
