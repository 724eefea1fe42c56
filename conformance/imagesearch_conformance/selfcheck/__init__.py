"""Who tests the tests: the suite against endpoints of which is known what it has to say about them."""
