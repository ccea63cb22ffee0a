// What every page needs from a script. Each page also works without it.
