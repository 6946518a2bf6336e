"""Loading: mentions and events into rows, in one transaction per batch."""
