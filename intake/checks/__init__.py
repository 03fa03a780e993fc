"""What the brochure asks of a signal, one file per rule family; every check is pure and answers with findings."""
