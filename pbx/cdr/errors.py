"""What can go wrong with Asterisk's records."""


class RecordsUnreadable(Exception):
    """They are not to be had. The message says what was seen, and behind a colon what to do.

    `may_pass`: that may be over in a moment, as a database that does not answer.
    """

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass


class NotRecorded(RecordsUnreadable):
    """Asterisk records no calls, or not into a file."""
