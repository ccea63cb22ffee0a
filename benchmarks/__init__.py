"""Measurements: speed, memory and load. Never run by the tests; `make bench` prints tables."""
