"""HTTP/1.1 as uvicorn speaks it with httptools, which reads headers of any length: here they have a limit."""

from __future__ import annotations

from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEADER_BYTES = 64 * 1024


class BoundedHttpProtocol(HttpToolsProtocol):
    """Ends a connection with 431 when a message is more than `MAX_HEADER_BYTES` without its body.

    That is its headers, its trailers and what frames its chunks. Bodies have limits of their own.
    """

    _beside_body = 0

    def data_received(self, data: bytes) -> None:
        """Some bytes of one or more messages."""
        self._beside_body += len(data)
        super().data_received(data)
        if self._beside_body > MAX_HEADER_BYTES and not self.transport.is_closing():
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            head = (
                f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode())
            self.transport.close()

    def on_body(self, body: bytes) -> None:
        """Some of the body."""
        self._beside_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The end of a message: what may follow belongs to the next."""
        self._beside_body = 0
        super().on_message_complete()
