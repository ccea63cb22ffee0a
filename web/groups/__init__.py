"""Network groups: pools, drafts and the board, invitations, meetings, hand-over."""
