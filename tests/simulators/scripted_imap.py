"""An IMAP server that answers by script, for what a healthy server never says; one line of dialogue for each command."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from tests.simulators.imap_server import ImapServerUnderTest

HANG_UP = b""
"""As an answer: close the line without a word. One that begins with "+ " is one more challenge, and then a NO."""

ANSWERS: Mapping[str, bytes] = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN\r\n{tag} OK done\r\n",
    "AUTHENTICATE": b"{tag} OK [CAPABILITY IMAP4rev1 IDLE] welcome\r\n",
    "LOGIN": b"{tag} OK welcome\r\n",
    "EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 6] .\r\n{tag} OK [READ-ONLY] done\r\n",
    "LIST": b"{tag} OK done\r\n",
    "NOOP": b"{tag} OK done\r\n",
    "UID SEARCH": b"* SEARCH 5\r\n{tag} OK done\r\n",
    "UID FETCH": b'* 1 FETCH (UID 5 INTERNALDATE "23-Nov-2026 10:00:00 +0100" RFC822.SIZE 19)\r\n{tag} OK done\r\n',
    "IDLE": b"+ idling\r\n",
    "DONE": b"{tag} OK done\r\n",
    "LOGOUT": b"* BYE bye\r\n{tag} OK done\r\n",
}


class ScriptedImap(ImapServerUnderTest):
    """Listens from `with` on. `answers` replaces lines of the script, `then` is what a command says from its second use on.

    `heard` is every command that came, without its tag, and every reply to a challenge.
    """

    def __init__(self, answers: Mapping[str, bytes] | None = None, greeting: bytes = b"* OK ready\r\n") -> None:
        self.answers = {**ANSWERS, **(answers or {})}
        self.then: dict[str, list[bytes]] = {}
        self.heard: list[str] = []
        script = self

        class Conversation(socketserver.StreamRequestHandler):
            """One line of one client."""

            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    self.wfile.write(greeting)
                    self._talk()

            def _talk(self) -> None:
                idle_tag = b""
                for line in self.rfile:
                    tag, _, command = line.rstrip().partition(b" ")
                    if tag == b"DONE":
                        tag, command = idle_tag, b"DONE"
                    words = command.decode("latin-1").split()
                    verb = " ".join(words[: 2 if words[0] == "UID" else 1])
                    script.heard.append(" ".join(words))
                    idle_tag = tag
                    answer = script.answer_to(verb)
                    if answer == HANG_UP:
                        return
                    if verb == "AUTHENTICATE":
                        self._challenge(b"+ \r\n")
                        if answer.startswith(b"+ "):
                            self._challenge(answer)
                            answer = b"{tag} NO no\r\n"
                    self.wfile.write(answer.replace(b"{tag}", tag))

            def _challenge(self, challenge: bytes) -> None:
                self.wfile.write(challenge)
                script.heard.append("REPLY " + self.rfile.readline().decode("latin-1").strip())

        class Server(socketserver.ThreadingTCPServer):
            """A thread for each line."""

            daemon_threads = True
            block_on_close = False

        self._server = Server(("127.0.0.1", 0), Conversation)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def answer_to(self, verb: str) -> bytes:
        """What this command is told now."""
        answer = self.answers[verb]
        if self.then.get(verb):
            self.answers[verb] = self.then[verb].pop(0)
        return answer

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
