"""The web page at /extensions: what Slack's commands and windows do, in a browser.

- blueprint.py has the groups of pages; routes.py is how a page is declared, and who may open it.
- visitor.py is who is signed in, security.py keeps others out, and errors.py answers what goes wrong.
- members.py asks Slack who may be signed in, and whether they still may. openid.py is “Sign in with Slack”, as Slack speaks
  it; slack_sign_in.py has its pages.
- login_links.py makes links that sign in, for `flask login-link` and for `/ext page`, which is command.py.
- template_tools.py: what templates say things with.
- live.py begins the stream by which an open page hears of changes: changes.py notices them, change_feed.py says them.
- The pages: sign_in.py, listing.py; extension_page.py is one extension's, and deeds.py does what its buttons say.
- extension_changes.py makes and changes extensions, with the form of extension_form.py; deletion.py asks and deletes.
  passwords.py shows a password or makes a new one; own_extension.py leads to one's own phone.
  voicemails.py plays what was recorded, to whose it was then. extension_doctor.py has the doctor look at one, whose findings
  doctor_report.py prepares, for the whole system, too.
  rows.py finds the extension of a page, or says who has deleted it.
- people.py says who did something; call_lines.py is calls as lines of a table.
- menu.py: what the menu has; filters.py and names.py: which rows of a long list, and whose names they bear.
- For admins: reports.py; events.py; alerts.py with channels.py; deliveries.py, whose questions delivery_ways.py has, and delivery_decisions.py
  their answers; nat.py; audit.py; system_health.py with setting_list.py.
- imports.py imports a CSV: it shows what import_views.py looks up, and gives the files of import_downloads.py;
  upload_pass.py lets large ones in, import_owners.py asks Slack about people in it.
- paging.py: which page of a list is asked for.
"""
