"""Questions to predict before the reveal."""
