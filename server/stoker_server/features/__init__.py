"""One feature a module. No LSP types: features run the same from an editor, the command line and a test."""
