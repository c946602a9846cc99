"""GET /metrics: figures for Prometheus.

blueprint.py is the route, access.py knows who may ask without a token. Over what pbx/instruments.py counts, requests.py
counts what the web process answers; state.py reads how things stand, and sources.py goes on without what does not
answer.
"""
