"""The acute line, reported messages, the audit trail, privacy and help pages."""
