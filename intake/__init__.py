"""What a mail is and what follows from it: reading, recognising, checking, deciding; may import storage, never bot."""
