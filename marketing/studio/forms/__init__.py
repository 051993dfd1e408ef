"""Forms that write what the engine reads, so that an operator never types JSON."""
