"""Reports and documents that a team keeps: their bytes in a folder or a bucket, what is known of them in the database."""
