"""What this workspace writes in the same place: an index of short token contexts, and the rest of a line taken from it."""
