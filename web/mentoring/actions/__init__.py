"""What families and coordinators can do about mentors; no HTTP in here."""
