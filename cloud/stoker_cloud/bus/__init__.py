"""Where others hear what happened: a bus, behind one small face."""
