"""The views of one draft beside the board: the map, who fits with whom, and the comparison."""
