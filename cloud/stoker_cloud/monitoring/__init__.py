"""What the backend tells of itself to whoever runs it: metrics and traces. Never what members sent."""
