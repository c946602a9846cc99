"""A recorded message reaches its owner in Slack.

spool (pbx/voicemail_spool.py) → delivery.py, which stores whose each message is and writes what is to be sent → the
poster, which has recordings.py read the audio when it is sent. owners.py knows whose a message was, missed_calls.py which
calls left none; messages.py is what people read, actions.py their button. jobs.py is what the listener
runs of it.
"""
