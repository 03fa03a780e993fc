"""The shell of the post: scans taken in, laid with their dossiers, compared with what was frozen; each a job that may be killed."""
