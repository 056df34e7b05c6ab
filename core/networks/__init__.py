"""What a network is: its architecture, its parameters and where they come from, before anything runs through it."""
