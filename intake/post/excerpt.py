"""Some pages of a scan as a scan of its own: a letter out of a stack. Nothing is rendered or read; pictures stay what they are."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

from intake.documents.kinds import kind_of
from intake.documents.limits import Refused
from intake.model import Defect


def excerpt(data: bytes, pages: Sequence[int]) -> bytes:
    """The pages (from 1) of a PDF or TIFF, in this order; a picture of one page as it is. Raises `Refused`."""
    if kind_of(data) == "pdf":
        return _of_pdf(data, pages)
    return _of_tiff(data, pages)


def _of_pdf(data: bytes, pages: Sequence[int]) -> bytes:
    import pypdfium2

    out = io.BytesIO()
    try:
        whole, part = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument.new()
        part.import_pages(whole, [n - 1 for n in pages])
        part.save(out)
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise Refused(Defect("damaged_file", detail="pdf")) from error
    part.close()
    whole.close()
    return out.getvalue()


def _of_tiff(data: bytes, pages: Sequence[int]) -> bytes:
    """Bitonal pages stay in group 4, others are packed without loss; resolutions are kept."""
    from PIL import Image, UnidentifiedImageError

    frames, out = [], io.BytesIO()
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as picture:
            if getattr(picture, "n_frames", 1) == 1:
                return data
            for n in pages:
                picture.seek(n - 1)
                frames.append((picture.copy(), picture.info.get("dpi", (0, 0))))
        first, *more = frames
        bitonal = all(frame.mode == "1" for frame, _ in frames)
        told = {"compression": "group4" if bitonal else "tiff_lzw", **({"dpi": first[1]} if all(first[1]) else {})}
        first[0].save(out, "TIFF", save_all=True, append_images=[frame for frame, _ in more], **told)
    except (UnidentifiedImageError, OSError, EOFError, ValueError) as error:
        raise Refused(Defect("damaged_file", detail="image")) from error
    return out.getvalue()
