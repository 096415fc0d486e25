"""What runs inside the sandbox, in the project's own interpreter: the standard library alone, for Python 3.10 and newer.

Never imports Stoker, and Stoker imports none of it: the programs here are started as processes and answer with JSON.
"""
