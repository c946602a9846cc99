"""The web page at /extensions: what Slack's commands and windows do, in a browser.

- blueprint.py has the groups of pages; routes.py is how a page is declared, and who may open it.
- visitor.py is who is signed in, security.py keeps others out, and errors.py answers what goes wrong.
- template_tools.py: what templates say things with.
- The pages: sign_in.py, listing.py.
"""
