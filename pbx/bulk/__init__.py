"""Many extensions at once: made, or changed where they differ; the same rows again change nothing.

rows.py is what comes in and out. check.py says what would become of each row, and why not; upsert.py commits what is good,
by save.py in one transaction, and publishes once for all; resume.py tells what a process had committed that ended before it answered.
"""
