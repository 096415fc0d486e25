"""What is kept of a tenant, a project or a person: given out and removed."""
