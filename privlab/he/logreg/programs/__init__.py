"""Programs of the two sides of encrypted training, each started as a process of its own."""
