"""Recorded traffic: HTTP archives (HAR 1.2), and cases made of their entries; nothing is sent."""
