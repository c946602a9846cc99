"""Read by Python itself at the start of a process whose clock can be moved: libfaketime 0.9.10, Debian 12's, has
clock_nanosleep() fail as soon as the monotonic clock is to stay as it is, so that sleep() sleeps in select()."""

import select
import time


def sleep(seconds: float) -> None:
    """Sleep as time.sleep() does."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = sleep  # type: ignore[assignment] # typeshed also has objects with __index__
