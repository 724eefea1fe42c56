"""What a user may set: the options of a run, and the profile of a target, with the origin of each value."""
