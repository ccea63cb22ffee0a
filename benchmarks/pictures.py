"""`python -m benchmarks.pictures`: the README's pictures, taken of the running demo."""

import base64
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.server import ROOT, running

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 150_000
PHONE, DESK = (390, 844), (1280, 800)
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    """Start an installation with the demo, take the pictures, say how large they are."""
    PICTURES.mkdir(exist_ok=True)
    with running() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_FLAGS)
        for name, (who, size, show) in _PICTURES.items():
            page = _someone(browser, server.address, who, size)
            show(page, server.address)
            page.wait_for_timeout(500)
            file = PICTURES / f"{name}.png"
            file.write_bytes(_small_png(page, page.screenshot(animations="disabled")))
            print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1000} kB", flush=True)
            assert file.stat().st_size < MOST_BYTES, f"{name} is too large for a README"
            page.context.close()
        browser.close()


def _chromium() -> str | None:
    known = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
    return next((path for path in known if Path(path).exists()), None)


def _someone(browser: Browser, address: str, who: str, size: tuple[int, int]) -> Page:
    """Come in as one of those whom the demo's door offers."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="da-DK", reduced_motion="reduce"
    )
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.locator("section", has=page.locator("#try")).locator("li", has_text=who).first.get_by_role(
        "button"
    ).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


_PIXELS = """async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.width, image.height);
  const url = new FileReader();
  url.readAsDataURL(new Blob([data]));
  await new Promise((done) => { url.onload = done; });
  return [image.width, image.height, url.result.split(',')[1]];
}"""


def _small_png(page: Page, png: bytes) -> bytes:
    """Draw the picture again with 256 colours: a third of the size, and no eye sees it."""
    blank = page.context.new_page()  # the app's own pages allow no pictures from elsewhere
    width, height, pixels = blank.evaluate(_PIXELS, base64.b64encode(png).decode())
    rgb = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(-1, 4)[:, :3].astype(int)
    shades, shade_of, counts = np.unique(rgb // 4, axis=0, return_inverse=True, return_counts=True)
    common = np.argsort(-counts)[:256]
    nearest = ((shades[:, None] - shades[common][None]) ** 2).sum(axis=2).argmin(axis=1)
    rows = nearest[shade_of.ravel()].astype(np.uint8).reshape(height, width)
    means = [np.bincount(shade_of.ravel(), rgb[:, c], len(shades)) / counts for c in range(3)]
    palette = np.stack(means, axis=1)[common].round().astype(np.uint8)
    lines = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", head), (b"PLTE", palette.tobytes()),
             (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b"")]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, parts))


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    name, content = part
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def _at(path: str) -> Callable[[Page, str], None]:
    def show(page: Page, address: str) -> None:
        page.goto(address + path)

    return show


def _chat(page: Page, address: str) -> None:
    page.goto(f"{address}/messages")
    page.locator("main a[href*='/messages/']").first.click()
    page.locator("#msg").wait_for()


def _board(page: Page, address: str) -> None:
    page.goto(f"{address}/staff/pools")
    page.locator("main a[href*='/staff/drafts/new']").first.click()
    page.locator("[name=seconds]").select_option(index=0)
    page.locator("#setup button.btn--p").click()
    page.wait_for_url("**/board")
    page.locator(".gcol .fc .main").first.click()
    page.locator("#panel-title").wait_for()


def _round(page: Page, address: str) -> None:
    page.goto(f"{address}/staff/mentor-rounds")
    page.locator("form[action='/staff/mentor-rounds'] button").click()
    page.locator("[name=pairs]").first.wait_for()


_PICTURES: dict[str, tuple[str, tuple[int, int], Callable[[Page, str], None]]] = {
    "home": ("med facilitator", PHONE, _at("/home")),
    "suggestions": ("uden mentor", PHONE, _at("/mentor/suggestions")),
    "chat": ("med facilitator", PHONE, _chat),
    "board": ("Jonas Friis", DESK, _board),
    "overview": ("Koordinator", DESK, _at("/staff")),
    "mentor-round": ("Koordinator", DESK, _round),
}

if __name__ == "__main__":
    main()
