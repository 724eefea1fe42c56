"""The filter language of `spec/`: parse, evaluate, render."""
