"""What people can do with pools, drafts, groups and meetings; no HTTP."""
