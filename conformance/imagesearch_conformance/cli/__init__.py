"""The command line: thin, one file a command; options in, events to consumers, an exit code out."""
