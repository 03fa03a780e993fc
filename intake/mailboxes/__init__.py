"""Adapters of the port `Mailbox`: a folder of .eml files, a Maildir, IMAP, a folder of scans."""
