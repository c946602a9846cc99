"""What publish() is made of: the desired state of each row, the plan, its verification, and what came of it.

- Before: desired.py, with the words of desired_wording.py, row_conflicts.py and running_conflicts.py say what Asterisk
  should have, plan.py what to do for that; planning.py asks it for the rows of the database. outbound.py decides on the
  route for calls out, by outbound_refusals.py and toll_fraud.py; stranger_calls.py and dialplan_jumps.py follow calls from outside through the dialplan. identity.py and
  guard.py protect phones of another database, and foreign_files.py shows what would become of them. dry_run.py shows all
  that would be done.
- Carried out: reloads.py and running_dialplan.py; progress.py tells how far it is.
- After: verify.py asks Asterisk, verify_transports.py what transports have of NAT, results.py records it. lost.py finds
  what Asterisk has lost since, and moves.py ends what a crash interrupted of an adoption.
"""
