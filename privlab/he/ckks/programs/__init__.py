"""Programs of the two sides of an encrypted run, each started as a process of its own."""
