"""Clients under judgement: how they are driven, what they are asked, and what is judged of it."""
