"""Builds and runs the tests of Rust crates with the project's own cargo, offline, in the sandbox."""
