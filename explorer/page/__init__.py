"""What a page shows and what it does, as plain data and pure functions."""
