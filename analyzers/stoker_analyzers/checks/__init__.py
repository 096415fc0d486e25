"""Static checks: each judges an edit by reading code alone."""
