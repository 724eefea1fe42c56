"""Traffic that others recorded: read from HTTP archives (HAR 1.2), and what may be said of it; nothing is sent here."""
