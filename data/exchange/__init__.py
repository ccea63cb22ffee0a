"""Families in from tables and out again: .xlsx and .csv, the format of docs/records.md.

The public face, usable without the app: `read_families` and `write_rows`.
"""

from data.exchange.problems import Problem
from data.exchange.records import Contact, ReadResult, read_families
from data.exchange.tables import BadTable
from data.exchange.write import write_rows

__all__ = ["BadTable", "Contact", "Problem", "ReadResult", "read_families", "write_rows"]
