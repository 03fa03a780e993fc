"""The desk's local web pages: the channel beside the list of dossiers, one dossier, its post compared, the mails that opened none.

They are for the desk alone and listen on this machine; a reverse proxy with sign-in stands before them. Unlike cards, mails and
logs they may show what a signal says, as text. A frozen original is never shown inside a page, only given as a download.
`post/` shows a comparison of post, as a page and as the report that `compare --report` writes.
"""
