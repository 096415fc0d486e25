"""The local database and the user's own files."""
