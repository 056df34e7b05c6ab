"""What carries a page to a person."""
