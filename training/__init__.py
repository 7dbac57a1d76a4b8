"""Making of what ships learned: imported by nobody."""
