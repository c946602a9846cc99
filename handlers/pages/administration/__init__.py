"""What admins alone see.

- reports.py; events.py; audit.py; nat.py; alerts.py with channels.py; system_health.py with setting_list.py.
- deliveries.py, whose questions delivery_ways.py has, and delivery_decisions.py their answers.
"""
