"""What the backend keeps, in SQLite or PostgreSQL."""
