"""HR webhooks: POST /webhooks/hr/<source>, from the raw request to a committed row. What becomes of it: handlers/onboarding.

- blueprint.py and aws_lambda.py are the two ways in; receive.py checks and stores a delivery.
- sources.py is the table of HR systems, and source.py says what an entry is made of: signatures.py, bodies.py,
  mapping.py, timestamps.py, and employee.py, which nothing hostile gets past.
- lookup.py asks an HR system for an employee.

To add a source: docs/architecture.md, “Recipe: an HR source”.
"""
