"""What Switchhook knows about Asterisk. Never imports handlers/."""
