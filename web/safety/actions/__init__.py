"""What people can do about safety: the acute table, and a family taken along or erased."""
