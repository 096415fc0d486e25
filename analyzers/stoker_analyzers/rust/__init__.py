"""What tests of Rust functions need to know of its syntax. Reads text and runs nothing."""
