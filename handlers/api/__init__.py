"""The REST API under /api/: every answer that is no success is a problem (problems.py), every caller has a token
(authentication.py, with signing.py; tokens.py creates and revokes them)."""
