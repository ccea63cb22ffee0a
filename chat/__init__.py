"""Live conversation: what people do in a room, and the socket edge."""
