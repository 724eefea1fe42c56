"""The scripted server that plays the endpoint for a client under test."""
