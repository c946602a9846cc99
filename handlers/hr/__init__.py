"""HR webhooks: POST /webhooks/hr/<source>, from the raw request to a committed row. What becomes of it: handlers/onboarding.

To add a source: docs/architecture.md, “Recipe: an HR source”.
"""
