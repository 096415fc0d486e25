"""Durable calls: what happened becomes calls of functions, in the transaction in which it happened, and workers make them."""
