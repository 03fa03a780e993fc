"""Adapters of the port `Mailbox`: a folder of .eml files, a Maildir, IMAP, Microsoft Graph, a folder of scans."""
