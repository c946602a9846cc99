"""HR webhooks: POST /webhooks/hr/<source>, from the raw request to a committed row. What becomes of it: handlers/onboarding.

A new source, say `acme`, is one entry and one example:

1. sources.py: an entry that says how the source signs, where the values stand, and what its words mean. A way to sign
   that is not there yet is a class in signatures.py.
2. settings.py: `hr_acme_secret: Secrets = ()` for its keys, and a line each in .env.example, in the table of
   docs/settings.md and in that of docs/onboarding.md. Tests name the line that is missing.
3. tests/handlers/hr/examples/: a recorded body, `acme_hired.json` or `.form`, and `acme.py` with the key that signed
   it, how it is signed by the documentation's words, and the events that are expected. Every test of all sources then
   runs for it, too: key rotation, forgery of each byte, the gateways, a phone that registers.

If the source tells IDs alone, the entry's `api` says how it is asked for an employee; address and key are two more
settings.
"""
