"""App Home: what a person finds under the app's name in Slack, and how it is kept up to date.

- What is shown: content.py, by parts in my_extension.py, my_calls.py, team.py and for_admins.py, put together in views.py;
  pieces.py has what they share, action_ids.py what their buttons are called.
- What is read for it: snapshot.py for everybody at once (snapshots.py keeps the last), with deliveries.py for HR's questions, and reading.py for one
  person; handlers/sections.py has what other parts add.
- When: actions.py as it is opened and as its buttons are pressed, by queue.py a few at a time; refreshing.py as what it
  shows changes. publishing.py hands it to Slack.
"""
