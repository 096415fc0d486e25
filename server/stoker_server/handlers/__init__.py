"""One LSP request a module: convert, delegate, convert back."""
