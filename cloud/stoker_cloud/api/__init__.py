"""The API's endpoints, a subject a module."""
