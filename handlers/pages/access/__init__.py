"""Who gets to the page: signing in, with Slack or by a link, and out.

- sign_in.py has the pages; slack_sign_in.py those of “Sign in with Slack”, which handlers/slack/openid.py speaks.
- login_links.py makes links that sign in, for `flask login-link` and for `/ext page`, which is command.py.
- members.py asks Slack who may be signed in, and whether they still may.
"""
