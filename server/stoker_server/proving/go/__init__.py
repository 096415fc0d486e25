"""Builds and runs tests of Go modules with the Go that is on the path."""
