"""Tells a collector of the user's own how Stoker does, as OpenTelemetry: names and numbers of the events, and nothing of code.

It reads the events that are kept anyway, so no keystroke passes here; nothing is imported until an address is set.
"""
