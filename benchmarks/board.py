"""The board with 600 families in 100 groups in a real browser: clicks, a move, scrolling, dragging.

Clicks are timed in the page, from the press to the frame that shows the answer. Frames and the work
of the page's main thread come from Chromium's own trace. On a busy machine look at the processor
time (cpu), not at the clock.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from benchmarks.server import ROOT, Server, environment, running
from benchmarks.tables import percentile, show

FAMILIES = 600
CLICKS = 20
MAIN = "CrRendererMain"
CATEGORIES = "devtools.timeline,toplevel,blink.user_timing,__metadata"


def main() -> None:
    """Build the draft, open it, measure, print."""
    with running() as server:
        ref = _draft(server)
        with sync_playwright() as playwright:
            system = next((p for p in ("/usr/bin/chromium",) if Path(p).exists()), None)
            browser = playwright.chromium.launch(
                executable_path=system, args=["--no-sandbox", "--disable-gpu"]
            )
            context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="da-DK")
            page = context.new_page()
            _sign_in(page, server)
            _measure(page, context.new_cdp_session(page), server, ref)
            browser.close()


def _draft(server: Server) -> str:
    """Make the crowd draft in the server's installation, formed by its worker."""
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.crowd_draft", str(FAMILIES)],
        cwd=ROOT,
        env=environment(server.instance),
        check=True,
        capture_output=True,
    )
    return made.stdout.decode().split()[-1]


def _sign_in(page: Page, server: Server) -> None:
    from tests.live import sign_in_as

    class Site:
        address = server.address

        def mails(self) -> list[str]:
            files = sorted((server.instance / "mail").glob("*"), key=os.path.getmtime)
            return [path.read_text(encoding="utf-8") for path in files]

    sign_in_as(page, Site(), "jonas.friis@demo.example.org")  # type: ignore[arg-type]


def _measure(page: Page, line: CDPSession, server: Server, ref: str) -> None:
    address = f"{server.address}/staff/drafts/{ref}"
    start = time.perf_counter()
    page.goto(f"{address}/board", wait_until="load")
    page.locator(".fc").first.wait_for()
    loaded = time.perf_counter() - start
    page.evaluate(_WATCH)
    line.send("Performance.enable")
    columns = page.locator("#columns > section").count()
    print(f"{page.locator('.fc').count()} families in {columns} groups, shown in {loaded:.1f} s\n")
    page.wait_for_timeout(3000)  # the page warms the server in idle time, as for a person who reads
    rows = [
        _row(name, act, page, line, server)
        for name, act in (("choose a family", _clicks), ("move out, undo", _moves))
    ]
    show(
        [
            "press to the frame that answers",
            "n",
            "p50 ms",
            "p95 ms",
            "server cpu ms",
            "page cpu ms",
        ],
        rows,
    )
    print()
    frames = []
    for name, act in (("scroll", _scroll), ("drag over the columns", _drag)):
        events: list[dict[str, Any]] = []
        page.evaluate("window.startFrames()")
        with _traced(line, events):
            act(page)
        intervals = page.evaluate("window.stopFrames()")
        frames.append(_frame_row(name, intervals, events))
    show(
        [
            "while",
            "frames",
            "p50 ms",
            "p95 ms",
            "task p95 cpu ms",
            "longest task cpu ms",
            "> 50 ms",
        ],
        frames,
    )


def _clicks(page: Page) -> list[float]:
    took = []
    cards = page.locator(".fc .main")
    for i in range(CLICKS):
        card = cards.nth(7 * i)
        card.scroll_into_view_if_needed()
        page.evaluate("window.watch('#panel-title')")
        card.click()
        took.append(page.evaluate("window.answered"))
    return took


def _moves(page: Page) -> list[float]:
    took = []
    for i in range(CLICKS // 2):
        card = page.locator("#columns .fc .main").nth(11 * i)
        card.click()
        out = page.locator("#panel [name=to][value=tray]")  # by role would search 2,000 elements
        out.wait_for()
        page.evaluate("window.watch('#total')")
        out.click()
        took.append(page.evaluate("window.answered"))
        page.evaluate("window.watch('#total')")
        page.keyboard.press("Control+z")
        took.append(page.evaluate("window.answered"))
    return took


def _scroll(page: Page) -> None:
    page.mouse.move(400, 500)
    for _ in range(60):
        page.mouse.wheel(0, 120)
        page.wait_for_timeout(16)


def _drag(page: Page) -> None:
    page.evaluate("window.scrollTo(0, 0)")
    box = page.locator("#columns .fc").nth(3).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    for i in range(80):
        page.mouse.move(150 + 10 * i, 400 + (i % 20) * 8)
        page.wait_for_timeout(16)
    page.keyboard.press("Escape")
    page.mouse.up()


@contextmanager
def _traced(line: CDPSession, events: list[dict[str, Any]]) -> Iterator[None]:
    done: list[bool] = []

    def collect(told: dict[str, Any]) -> None:
        events.extend(told["value"])

    def finish(_told: dict[str, Any]) -> None:
        done.append(True)

    line.on("Tracing.dataCollected", collect)
    line.on("Tracing.tracingComplete", finish)
    line.send("Tracing.start", {"categories": CATEGORIES, "transferMode": "ReportEvents"})
    yield
    line.send("Tracing.end")
    while not done:
        line.send("Runtime.evaluate", {"expression": "1"})  # lets the events come in
        time.sleep(0.05)
    line.remove_listener("Tracing.dataCollected", collect)
    line.remove_listener("Tracing.tracingComplete", finish)


def _frame_row(name: str, intervals: list[float], events: list[dict[str, Any]]) -> list[object]:
    threads = {
        (e["pid"], e["tid"])
        for e in events
        if e.get("name") == "thread_name" and e["args"].get("name") == MAIN
    }
    tasks = [
        e.get("tdur", 0) / 1000
        for e in events
        if e.get("ph") == "X"
        and e["name"] in {"RunTask", "ThreadControllerImpl::RunTask"}
        and (e["pid"], e["tid"]) in threads
    ]
    tasks = [t for t in tasks if t >= 0.5] or [0.0]
    return [
        name,
        len(intervals),
        round(percentile(intervals, 0.5), 1),
        round(percentile(intervals, 0.95), 1),
        round(percentile(tasks, 0.95), 1),
        round(max(tasks), 1),
        sum(t > 50 for t in tasks),
    ]


def _row(
    name: str, act: Callable[[Page], list[float]], page: Page, line: CDPSession, server: Server
) -> list[object]:
    before = _cpu(server), _page_cpu(line)
    took = act(page)
    after = _cpu(server), _page_cpu(line)
    each = [1000 * (b - a) / len(took) for a, b in zip(before, after, strict=True)]
    middle, late = (round(percentile(took, share)) for share in (0.5, 0.95))
    return [name, len(took), middle, late, *map(round, each)]


def _cpu(server: Server) -> float:
    """Return the processor seconds of the web process and its worker so far."""
    pid = server.web.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for process in (str(pid), *children):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _page_cpu(line: CDPSession) -> float:
    """Return the processor seconds of the page's main thread so far."""
    metrics = {m["name"]: m["value"] for m in line.send("Performance.getMetrics")["metrics"]}
    return float(metrics["ThreadTime"])


# From the press to the second frame after what was asked for has been put into the page.
_WATCH = """() => {
  let began = 0;
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { began = performance.now(); }, true);
  window.watch = (where) => {
    const before = document.querySelector(where);
    const text = before?.closest("aside, .bd-tools")?.textContent;
    window.answered = new Promise((tell) => {
      const seen = () => {
        const now = document.querySelector(where);
        if (!now || now.closest("aside, .bd-tools")?.textContent === text) return;
        eyes.disconnect();
        requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => tell(performance.now() - began); c.port2.postMessage(0); });
      };
      const eyes = new MutationObserver(seen);
      eyes.observe(document.getElementById("board-page"), { childList: true, subtree: true });
    });
  };
  let on = false, last = 0, gaps = [];
  const tick = (t) => { if (!on) return; if (last) gaps.push(t - last); last = t; requestAnimationFrame(tick); };
  window.startFrames = () => { on = true; last = 0; gaps = []; requestAnimationFrame(tick); };
  window.stopFrames = () => { on = false; return gaps; };
}"""  # noqa: E501


if __name__ == "__main__":
    print(json.dumps({"families": FAMILIES}))
    main()
