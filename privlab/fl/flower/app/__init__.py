"""A Flower app: clients that learn letters and the servers that average them. The same files run on several machines."""
