"""Reports for people: the calls of a day or week, and the registered phones, as a picture and in words.

pbx/reports/ counts them; jobs.py has what the listener does for them.
"""
