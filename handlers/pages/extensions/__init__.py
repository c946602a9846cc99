"""The pages of extensions.

- listing.py is all of them, extension_page.py one; call_lines.py is its calls as lines of a table.
- extension_changes.py makes and changes extensions, with the form of extension_form.py; deletion.py asks and deletes; deeds.py
  does what the other buttons say. rows.py finds the extension of a page, or says who has deleted it.
- passwords.py shows a password or makes a new one; own_extension.py leads to one's own phone.
- voicemails.py plays what was recorded, to whose it was then.
- extension_doctor.py has the doctor look at one.
"""
