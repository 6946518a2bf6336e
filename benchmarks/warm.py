"""Loads the language model when it is imported: what processes of benchmarks are forked from."""

from benchmarks.run_in_process import _coder

_coder()
