"""The processes that measure: each is given JSON as its argument, and prints its figures as JSON."""
