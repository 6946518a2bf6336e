"""How right the coder is: gold sentences and the examples of the predicate files."""
