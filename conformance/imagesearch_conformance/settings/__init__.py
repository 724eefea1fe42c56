"""Settings of users: the options of a run, profiles of targets, and known deviations."""
