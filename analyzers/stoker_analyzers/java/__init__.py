"""What is particular to Java: methods and how they are called, probes, test classes."""
