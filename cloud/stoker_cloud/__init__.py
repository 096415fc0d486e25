"""The optional backend of a team: it keeps what members share, and nothing that they did not ask to share.

Nothing of the product imports it, and it never imports the server; ``stoker cloud`` finds it through an entry point.
"""
