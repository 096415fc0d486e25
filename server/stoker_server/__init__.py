"""The language server and the command line. Kept empty of imports: `initialize` is answered before anything heavy loads."""
