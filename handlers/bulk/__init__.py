"""Many extensions at once, as the API, the page and the command line take them and say what came of them.

- csv_text.py reads and writes CSV, rows.py makes rows of pbx/bulk of what was given, wording.py says what came of them,
  exporting.py writes what is there.
- owners.py refuses people who cannot have a phone, of whom owner_lookup.py asks Slack.
- On the page: preview.py shows what would become of each row, importing.py carries that out in the background,
  import_steps.py tells how far it is, import_results.py what came of each row.
"""
