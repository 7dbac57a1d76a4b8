"""Measurements of speed that anyone can repeat; imported by nobody."""
