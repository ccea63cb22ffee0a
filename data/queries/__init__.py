"""Questions asked of the tables, one file per subject."""
