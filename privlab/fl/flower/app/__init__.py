"""A Flower app: clients that learn letters, and servers that average them. The same files run on several machines."""
