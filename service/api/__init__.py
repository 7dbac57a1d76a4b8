"""The dialects in which programs ask; each parses, calls and serialises, nothing else."""
