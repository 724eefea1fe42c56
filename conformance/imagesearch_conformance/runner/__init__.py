"""Plan and execute runs against endpoints, clients and recordings; yield events."""
