"""What is wrong with the phone system, what to do about it, and what the program can mend itself.

- findings.py is what a check is, and finds; running.py runs a table of them; fixes.py mends.
- checks.py is the table of the system, with
  database_checks.py, disk_checks.py,
  manager_checks.py, asterisk_checks.py, file_checks.py, transport_checks.py, certificate_checks.py over connections.py,
  trunk_checks.py, voicemail_checks.py, record_checks.py and recording_checks.py over asterisk_options.py, token_checks.py,
  drift_checks.py, and nat_checks.py, which has its findings from nat_findings.py.
- number_checks.py is the table of one_number.py, with number_configuration.py, number_dialplan.py and number_phones.py.
"""
