"""The same shop without workers: who buys waits for the e-mail and the invoice. Only to be compared with."""
