"""Messages: the list of rooms, a room, reading and posting without JavaScript, reports."""
