"""An open page hears of changes: live.py begins its stream, changes.py notices what has changed, change_feed.py says it."""
