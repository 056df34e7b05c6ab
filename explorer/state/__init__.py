"""What a view is made of: its settings, and the user's own input."""
