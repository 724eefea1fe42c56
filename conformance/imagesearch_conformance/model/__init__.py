"""The frozen values that every layer speaks."""
