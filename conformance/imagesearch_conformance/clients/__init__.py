"""Tests of clients: drivers, scenarios, the scripted server, and the checks of requests and answers."""
