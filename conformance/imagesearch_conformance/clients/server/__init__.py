"""The HTTP server that clients are sent to: it records their requests and answers by a script."""
