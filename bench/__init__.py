"""The benchmark: `make bench`, or `python -m bench`. Real processes, private servers, figures in a table and as JSON."""
