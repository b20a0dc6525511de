"""The rules of the house, and the tools that hold them."""
