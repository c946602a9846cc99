"""The tables, and how to reach them. One file per table."""

from models.database import Database
from models.extension import Extension, State

__all__ = ["Database", "Extension", "State"]
