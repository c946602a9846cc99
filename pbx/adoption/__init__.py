"""Phones that the administrator wrote by hand: taken into the database, and given back.

- Pure: sections.py finds what is a phone's, values.py makes fields of its options, candidates.py puts both together or
  says why not; markers.py comments lines out and back; answers.py has what is shown.
- adopt.py and release.py do it, adopt_preview.py and release_preview.py work out how; with files.py for the
  administrator's files and snapshot.py for what Asterisk shows.
- commented.py finds phones that were adopted and that the database does not have; take_over.py gives them back. What a
  crash interrupts is ended by publishing/moves.py.
"""
