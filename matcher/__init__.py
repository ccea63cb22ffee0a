"""Who could support whom: pure functions of values."""
