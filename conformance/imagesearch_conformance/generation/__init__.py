"""Generated requests and responses: Hypothesis strategies, and the search for small failing examples."""
