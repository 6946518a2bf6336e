"""The coder: an article in, event mentions out, with no network and no database."""
