"""Who gets to the page: signing in, with Slack or by a link, and out.

- sign_in.py has the pages; openid.py is “Sign in with Slack”, as Slack speaks it, and slack_sign_in.py its pages.
- login_links.py makes links that sign in, for `flask login-link` and for `/ext page`, which is command.py.
- members.py asks Slack who may be signed in, and whether they still may.
"""
