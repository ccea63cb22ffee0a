"""Home for families, overview for staff: what is next."""
