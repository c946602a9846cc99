"""Event streams, of the API and of pages: server-sent events for as long as a client listens, without a thread for each.

response.py begins one, an open_stream.py; hub.py admits it and takes its socket over, and loop.py serves all of them. What
streams of one kind say is a feed.py; server_sent.py has the words of the standard.
"""
