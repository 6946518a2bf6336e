"""Communiqué: articles in, events out."""
