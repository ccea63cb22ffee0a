"""Exact assignment of families to mentors' places, without a table of all pairs."""
