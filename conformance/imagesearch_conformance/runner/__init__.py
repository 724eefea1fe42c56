"""Plans, sends, judges, and yields events; knows protocols only."""
