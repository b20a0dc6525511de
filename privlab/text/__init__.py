"""Language: assistants that learn commands, what their weights remember, and whom words favour (lessons 61 to 63)."""
