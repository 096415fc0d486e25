"""Reads code. Changes nothing, runs nothing, speaks to nobody."""
