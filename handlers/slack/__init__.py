"""Slack: commands, buttons and forms in; answers out.

In:

- events.py receives over HTTP; socket_mode.py keeps a connection, socket_connection.py is one, envelopes.py answers it.
- payloads.py parses strictly, by the shapes of payload_shapes.py; workspace.py refuses who is of another workspace.
- storing.py makes each request a row before it is acknowledged, once, as deduplication.py knows; unstored.py says what becomes
  of one that could not be stored. dispatch.py hands it to Bolt; executor.py does the work, and notes that it is done. work.py is what a
  thread knows of the request that it carries out.
- taking_up.py carries out what a process left behind that has ended; resuming.py ends and tells what was saved by then.

`/ext`:

- at_once.py keeps one person from occupying all threads.
- commands.py answers, by the table of handlers/subcommands.py; subcommand.py is a line of it. changing.py has
  those that change an extension.
- command_text.py reads what was typed, field_faults.py says what is wrong with it.
- targets.py finds the extension that is meant, by names.py if it is a name. user_setting.py reads whose it is to be.
- roles.py says who may do what, of which admins.py knows the admins; refusals.py is what the others read.
- typos.py guesses what was meant. creation.py is `/ext create`; help_command.py `/ext help`, in the words of
  help_messages.py.
- nat_command.py is `/ext nat`, presence_command.py `/ext presence`.
- drift_command.py is `/ext drift`, adopt_command.py `/ext adopt` and `/ext release`; adopt_actions.py has its buttons.

Buttons and forms:

- command_buttons.py makes buttons that run a command, command_presses.py runs it; extension_buttons.py has those of an
  extension.
- done.py says who has used a button, in its place; done_copies.py in every copy of the message.
- inputs.py has the fields of forms, and reads them; modals/ are the forms of extensions, NAT and alert routes.

Out:

- replies.py does what was asked for, and answers, in windows.py where there is no message to answer. answering.py stores a
  stored_answer.py and sends it, one person's in_turn.py, until Slack has taken it (tries.py), on one of its ways.py: through response_urls.py, into a
  window, or else by direct message. That is in late_answers.py, by asked.py says what it is the answer to, and is read by
  late_reading.py. unstored_answers.py tells what is no stored request's.
- messages.py is what is said, outcome_messages.py what came of a change, status_messages.py how an extension is,
  list_messages.py what many are, by ranges.py and list_pages.py if they are many, all over blocks.py; times.py writes moments,
  signs.py 🟢 and its like.
- formatting.py keeps words from outside from formatting.
- message_content.py is what a row of the outbox says.
- client.py reaches Slack's Web API, errors.py says what its refusals mean; oauth.py is what asking people for a permission takes,
  openid.py “Sign in with Slack”.

To add a subcommand of `/ext`: docs/architecture.md, “Recipe: a subcommand”. The help and the refusals follow the table
SUBCOMMANDS; manifest.yaml knows `/ext` alone and stays as it is.
"""
