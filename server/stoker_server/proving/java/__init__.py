"""How code and tests of Java projects are run."""
