from io import BytesIO

from PIL import Image


def opened(data: bytes | Image.Image) -> Image.Image:
    """A picture whose header is read; some servers have done that before they ask."""
    return data if isinstance(data, Image.Image) else Image.open(BytesIO(data))
