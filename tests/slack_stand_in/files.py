"""Files as they are uploaded: announced, their bytes posted to a URL, then shared, each step once."""

import mimetypes
import secrets
from dataclasses import dataclass, field

from .records import Json, SlackRefusal


@dataclass
class Upload:
    name: str
    length: int
    content: bytes | None = None
    shared: bool = False
    alt_text: str | None = None


@dataclass
class Files:
    """Every file, by its id."""

    root_url: str
    _uploads: dict[str, Upload] = field(default_factory=dict)

    def expect(self, name: str, length: int, alt_text: str | None = None) -> tuple[str, str]:
        """Returns the id of a file to come, and where its bytes are to be posted."""
        if length <= 0:
            raise SlackRefusal("invalid_arguments", ["length: must be greater than 0"])
        file_id = f"F{secrets.token_hex(5).upper()}"
        self._uploads[file_id] = Upload(name, length, alt_text=alt_text)
        return file_id, f"{self.root_url}/upload/{file_id}"

    def receive(self, file_id: str, content: bytes) -> str:
        """Raises SlackRefusal for a file that nobody announced, or that has another length."""
        upload = self._uploads.get(file_id)
        if upload is None or upload.length != len(content):
            raise SlackRefusal("upload_failed")
        upload.content = content
        return f"OK - {len(content)}"

    def share(self, file_id: str, title: str | None) -> Json:
        """Returns the file as a message has it. Raises SlackRefusal: its bytes are missing, or it was shared."""
        upload = self._uploads.get(file_id)
        if upload is None or upload.content is None or upload.shared:
            raise SlackRefusal("file_not_found")
        upload.shared = True
        kind = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        return {
            "id": file_id,
            "name": upload.name,
            "title": title or upload.name,
            "mimetype": kind,
            "size": upload.length,
            **({"alt_txt": upload.alt_text} if upload.alt_text else {}),
        }

    def content(self, file_id: str) -> bytes:
        """Returns the bytes of a file. Raises KeyError."""
        return self._uploads[file_id].content or b""
