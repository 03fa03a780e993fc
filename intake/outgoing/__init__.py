"""Mail that goes out: whether one may be answered by a machine, how it is written, how it leaves, and what comes back of it."""
