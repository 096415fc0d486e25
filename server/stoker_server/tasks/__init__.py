"""Tasks from code: found in comments, documentation and reports, kept with their places, done when their cause is gone."""
