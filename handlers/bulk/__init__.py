"""Many extensions at once, as the API, the page and the command line take them and say what came of them.

csv_text.py reads and writes CSV, rows.py makes rows of pbx/bulk of what was given, wording.py says what came of them,
exporting.py writes what is there, preview.py shows what would become of each row.
"""
