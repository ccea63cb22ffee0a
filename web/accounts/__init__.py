"""Signing in, invitations, people and their roles."""
