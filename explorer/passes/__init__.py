"""Settings -> a recorded pass, one file a kind; and what is measured on many."""
