"""Judging a run again from its report alone: nothing is sent, and what can be told is not taken on trust."""
