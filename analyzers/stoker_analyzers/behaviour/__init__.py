"""Shows that two versions of a Python file do the same: both are followed on symbolic values, and what they do compared.

Calls, assignments to objects and jumps keep their order; what only looks at objects may change places between two of them;
arithmetic and local variables may go anywhere. Where the form of the code does not tell, the versions count as different.
"""
