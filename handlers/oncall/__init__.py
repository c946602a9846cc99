"""“On a call” as Slack status, for those who connect it.

- Connecting: authorization.py makes the link and trades the code for a token, pages.py is where the browser comes back,
  command.py is /ext mystatus, section.py a part of App Home, messages.py what is said.
- While calls go on: keeper.py has each status as it should be, settling.py says which calls count, slack_profile.py asks
  Slack, profile.py knows ours from theirs, pace.py keeps within Slack's limits.
- The end: keeper.py takes everything back for who disconnects, revocation.py is for when Slack has,
  leaving.py for who has no extension any more.
"""
