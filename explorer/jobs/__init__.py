"""Trainings beside the server."""
