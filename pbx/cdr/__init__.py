"""What Asterisk itself has recorded of calls (CDR).

- sources.py says where it is: a file, which master_csv.py reads from its end by csv_lines.py, or a database, by table.py. errors.py has
  what keeps it from being read.
- record.py is one record, and puts its times right; grouping.py puts together those of a call, and calls.py says what
  happened, as the listener would have.
"""
