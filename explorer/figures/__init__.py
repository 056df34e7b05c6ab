"""Trace -> Picture, one file a figure family. Pure functions: no Streamlit, no cache, no state."""
