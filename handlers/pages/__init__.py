"""The web page at /extensions: what Slack's commands and windows do, in a browser.

- blueprint.py has the groups of pages, in packages: access/, extensions/, importing/, administration/, and following/ for what
  keeps open pages up to date.
- routes.py is how a page is declared, and who may open it; visitor.py is who is signed in, security.py keeps others out,
  and errors.py answers what goes wrong.
- What pages share: menu.py; template_tools.py, what templates say things with; paging.py and filters.py for long
  lists; people.py says who did something; sent_again.py, whether a form has
  done already what it asks for; doctor_report.py prepares what the doctor found.
"""
