"""Schemas that the server and the backend share. Imports nothing of the other packages."""
