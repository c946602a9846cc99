"""The doctor: which checks are run, and what is said of what they find.

examination.py runs the tables: env_checks.py over env_file.py works without usable settings, system_checks.py is all
else. setting_checks.py looks at settings, slack_checks.py, socket_checks.py asks Slack, process_checks.py looks whether all runs,
status_checks.py asks Slack for “On a call”, public_checks.py whether the world gets in, page_checks.py whether browsers find the page, hr_checks.py at what HR systems delivered; placeholders.py knows an
example's text. number_alerts.py looks whether a number's alerts are on. wording.py is the report in words, messages.py
for Slack; actions.py has the buttons there, sharing.py one examination for all who ask at the same time. Its doors are
`flask doctor` and `/ext doctor`, which is command.py.
"""
