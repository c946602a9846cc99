"""What Switchhook knows about Asterisk. Never imports handlers/.

- The use cases: extensions.py changes, bulk/ many at once, unfinished.py ends what was interrupted, directory.py looks
  up, extension_pages.py page by page, over services.py, with the results of answers.py. numbers.py, by number_rules.py, and
  managed_numbers.py know which numbers are free and which are Switchhook's, advice.py what a verified extension lacks.
- NAT and transports: nat.py and transports.py have their use cases, nat_warnings.py what is probably not meant,
  resolver.py what names stand for,
  pjsip_transports.py the text; listening.py knows the transports in the files, and whether Asterisk has started them.
- Written: publish.py orders the steps of publishing/; pjsip.py (compared by pjsip_differences.py), dialplan.py,
  outbound_route.py and voicemail.py are the text, by escaping.py, config_files.py writes it, versions.py keeps what it
  replaces, restore_files.py goes back to it, and all three do so by safe_files.py, in folders that others may write to.
  config/ reads what the administrator wrote. reencrypt.py follows a change of SECRET_KEY.
- Asked: ami.py is a session over ami_client.py, ami_messages.py and tls.py; manager_user.py what its user may do,
  loaded_modules.py Asterisk's modules, contacts.py and contact_status.py phones, endpoints.py all endpoints, hints.py
  and hint_states.py what busy lamps show. originate.py has it call people.
- Adopted: adoption/ takes phones that were written by hand, and gives them back; hand_written_steps.py knows whose
  steps answer then.
- Heard: listener.py reads what event_filters.py lets through of AMI; events.py makes facts.py of it, with channels.py,
  calls.py and registrations.py; asked_calls.py knows calls that were asked for, dispositions.py why nobody answered.
  fact_store.py has history.py store them, or keeps them (kept_facts.py) until it takes over (unstored_facts.py),
  own_calls.py has those that owners are shown, logins.py and login_counts.py the failed logins, lock_outs.py the phones that were locked out. talking.py has who is in a call right now. gaps.py notes when nobody listened, asterisk_clock.py how far its clock is from ours, heard_calls.py says if records lack what was heard, and
  backfill.py has the calls of such a time from Asterisk's own records, which cdr/ reads.
- Examined: doctor/ finds what is wrong, and what to do about it; drift/ what differs from the database.
- Recorded: voicemail_spool.py finds the messages that Asterisk keeps, voicemail_envelope.py says who called,
  voicemail_recording.py has the audio, mailboxes.py whose they are, unseen_voicemail.py compares with what Asterisk has,
  and heard_messages.py puts lamps out.
- Counted: instruments.py has what every process counts for /metrics, instrument_files.py where they do it together.
- Told by the rows: presence.py has the phones, leavers.py who has left and still knows a secret. owner_news.py tells owners who
  cut their phone off, or saw its secret, which shown_secrets.py shows.

errors.py has what can go wrong, by who can help.
"""
