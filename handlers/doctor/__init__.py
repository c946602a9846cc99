"""The doctor: which checks are run, and what is said of what they find.

examination.py runs the tables; wording.py is the report in words, messages.py for Slack; actions.py has the buttons
there. Its doors are `flask doctor` and `/ext doctor`.
"""
