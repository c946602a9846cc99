"""Many extensions at once: made, or changed where they differ; the same rows again change nothing.

rows.py is what comes in and out. check.py says what would become of each row, and why not; save.py commits all of it in
one transaction; upsert.py does both, and one publish() for all;
resume.py tells what a process had committed that ended before it answered.
"""
