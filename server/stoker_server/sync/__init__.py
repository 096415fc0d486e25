"""To and from a team's backend: events that the user wants to send, and the tasks of folders that are linked to a project."""
