"""What becomes of HR's deliveries: extensions, and messages to people. They are received in handlers/hr.

- A delivery: deliveries.py works off the rows of inbox.py in order; dispatch.py carries out one event by joined.py,
  changed.py or left.py; event_order.py says what came first, states.py which state follows which, records.py what
  changes in an employee's row, results.py what became of it.
- Whose extension it is: assignment.py for what is certain; matching.py and candidates.py for what was there before HR,
  and handover.py for giving it to somebody; retention.py for how long a number is kept.
- What is missing: missing_details.py, detail_requests.py asks for it. What is in doubt: decisions.py asks the admins,
  choices.py is what they may answer, delivery_messages.py what they read.
- The first day: activation.py, for those whom due.py finds; messages.py is what they read, admin_messages.py what the
  admins read, slack_users.py who they are in Slack, and giving.py is for whom it does not know.
- The password, once: password.py, password_handovers.py for whom an admin made an extension in Slack; provisioning.py, provisioning_pages.py and linphone.py for phones that set
  themselves up.
- In Slack: command.py is `/ext hr`, actions.py the buttons and forms, action_ids.py their names, modals.py the windows.

context.py is what all of them work with, jobs.py has what the listener runs of it.
"""
