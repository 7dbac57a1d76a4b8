"""What can be done from the command line, one file a kind of command."""
