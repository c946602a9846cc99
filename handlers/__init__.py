"""The doors: Slack, HR, the command line, HTTP checks. Each translates in, calls pbx/, translates out.

bulk/ takes many extensions at once. doctor/ says what is wrong with the system. cli/ is the command line, with
number_commands.py and monitor.py; health.py is asked over HTTP. outcome_wording.py says on the command line and on the page what
came of a change, deletion_wording.py what goes with a deletion. wording.py, adoption_wording.py, nat_wording.py, presence_wording.py,
drift_wording.py, audit_messages.py and event_lines.py have the words that Slack and the command line share,
number_names.py knows who has a number, and since when, number_history.py who had it at a moment,
put_back_wording.py what an older database differs in, put_back_watch.py has pages and the API notice one,
standing_warnings.py what is wrong as a whole, owner_messages.py what owners are told of their phones.
subcommands.py is the table of what /ext knows, sections.py what parts add to a Home.
message_parts.py has the wording that messages about phones and calls share,
message_kinds.py brings all messages of the outbox together, unshown.py sends those that an older listener could not read, retry.py knows when to try again, deadline.py until when an answer has to come, and
refusal_log.py keeps floods out of the log, body_limits.py knows how large a request may be.
"""
