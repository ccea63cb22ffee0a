"""What people can do about their own sign-in, and coordinators about who is here."""
