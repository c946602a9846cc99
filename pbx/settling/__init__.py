"""An older state of the database beside a newer Asterisk: noticed, told, and settled by whoever decides.

- witness.py: what the machine of Asterisk knows of the database's latest state; notice.py compares the two, and watch.py does so
  for the listener's jobs.
- newer.py: what was changed since it was noticed, and stays; difference.py: what differs, in words; lines.py reads an
  extension's lines, file_rows.py makes its row of them, and keeping.py all that stay as Asterisk has them; decision.py: which
  counts; settle.py: the use case.
"""
