"""`flask init`: puts Switchhook on a machine that has an Asterisk.

machine.py looks at what is there, with tree.py for files, processes.py for what runs and asterisk_user.py for who runs
Asterisk; facts.py has what is known then, and answers.py the rules of what is asked. plan.py works out what is to change,
with includes.py (pjsip.conf and extensions.conf), manager.py (manager.conf), env_file.py (.env), templates.py (deploy/)
and manifest.py (the Slack app). findings.py says what stands in the way. changes.py has the kinds of change and shows them, apply.py
makes them, and next_steps.py says what is left.
"""
