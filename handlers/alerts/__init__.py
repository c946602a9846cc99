"""Alerts: what happens on the phone system, posted to Slack.

- An event (models/event.py) walks rules.py → calls.py, phones.py, flapping.py or logins.py → the outbox → poster.py →
  Slack. context.py is what the rules share; routing.py says which channel, and command.py is `/ext alerts`,
  route_actions.py its window.
- notify_command.py is `/ext notify`: whether people are told of calls that they missed; what they read of that is
  notify_messages.py.
- gaps.py tells of times in which nobody listened, and gap_missed.py whoever missed a call in one, as gap_messages.py words it.
- poster.py sends in the order of rate_limit.py, by the calls of slack_requests.py; uploads.py has what is different with files, and broken_channels.py
  reports where nothing arrives.
- What is wrong with Switchhook itself: detector.py notices it in the listener, watchdogs.py past the outbox,
  incident_states.py decides when it is an incident, and incidents.py reports it. drift.py reports daily what differs from
  the database.
- What people read: call_messages.py, phone_messages.py, login_messages.py, channel_messages.py,
  drift_messages.py, put_back_messages.py and incident_messages.py, over handlers/message_parts.py.

To add a kind of message: docs/architecture.md, “Recipe: an alert kind”.
"""
