"""What happened on the phone system in a day or a week, counted from the event table.

periods.py knows where hours and days begin on the server; counting.py asks the database, once for each kind of thing; report.py
is what comes of it. listening_times.py remembers when nobody listened: what is not known is not zero.
"""
