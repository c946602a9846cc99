"""What on the phone system differs from the database.

report.py has what was found, file_drift.py compares the files, running_drift.py what Asterisk has; look.py reads both.
"""
