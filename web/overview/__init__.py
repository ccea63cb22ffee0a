"""Home for families and the overview for staff: what is next."""
