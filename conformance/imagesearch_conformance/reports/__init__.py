"""Reports of a finished run, each module one format; none decides an outcome."""
