"""What happens in one pass, and its record: forward, loss, backward; along chains, up trees, through a context."""
