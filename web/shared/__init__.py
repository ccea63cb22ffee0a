"""Page furniture that every capability uses; knows none of them."""
