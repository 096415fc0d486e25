"""What other text says something of the code at a cursor: for prompts, and for whoever wants to see what they hold."""
