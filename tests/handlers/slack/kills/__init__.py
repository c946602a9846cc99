"""Each request of Slack's that changes or sends something, with its process killed at each of its steps."""
