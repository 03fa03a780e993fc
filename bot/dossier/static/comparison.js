/* Walks through the marked places, zooms both sides alike and lets the paper alternate with the frozen page. Needs nothing; without it all is still there. */
(() => {
  "use strict";
  const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
  const BLINK_MS = 600, BLINKS = 8; // under one full change a second; over within five seconds (WCAG 2.2.2, 2.3.1)
  const root = document.querySelector("[data-compare]");
  if (!root) return;
  const all = (selector) => [...root.querySelectorAll(selector)], one = (selector) => root.querySelector(selector);
  const panes = all(".pane"), places = all("a[data-spot]"), rows = all("[data-row]"), live = one("[data-live]");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let at = -1, zoom = ZOOMS.indexOf(1), blinking = null;

  const say = (text) => { live.textContent = ""; requestAnimationFrame(() => { live.textContent = text; }); };
  const boxes = (label) => all(".box").filter((box) => box.dataset.box === label);
  const markOf = (label) => boxes(label)[0]?.querySelector(".mark") ?? null;

  /* The middle of a node to the middle of what the tools leave free, in the window and in each pane. */
  const centre = (node) => {
    const free = innerHeight - one("[data-tools]").offsetHeight, box = node.getBoundingClientRect();
    scrollBy({ top: box.top + Math.min(box.height, free) / 2 - (innerHeight - free / 2), behavior: "instant" });
    const pane = node.closest(".pane");
    if (!pane) return;
    pane.scrollLeft += box.left + box.width / 2 - pane.getBoundingClientRect().left - pane.clientWidth / 2;
    follow(pane);
  };

  const show = (number, announce = true) => {
    stop();
    at = (number + places.length) % places.length;
    const link = places[at], found = boxes(link.dataset.spot);
    places.forEach((a) => a.removeAttribute("aria-current"));
    all(".box.current").forEach((box) => box.classList.remove("current"));
    link.setAttribute("aria-current", "true");
    found.forEach((box) => box.classList.add("current"));
    const list = link.closest(".finder");
    list.scrollTop += link.getBoundingClientRect().top - list.getBoundingClientRect().top - list.clientHeight / 2;
    one("[data-place]").textContent = link.dataset.at;
    centre(markOf(link.dataset.spot) ?? document.querySelector(link.getAttribute("href")));
    if (announce) say(link.dataset.say);
  };
  const step = (by) => { if (places.length) show(at < 0 && by < 0 ? places.length - 1 : at + by); };

  /* The row in the middle of the window, and how far down it that is. */
  const middle = () => {
    const row = rows.find((r) => r.getBoundingClientRect().bottom > innerHeight / 2) ?? rows[rows.length - 1];
    const box = row.getBoundingClientRect();
    return [row, (innerHeight / 2 - box.top) / box.height];
  };
  const zoomTo = (index) => {
    const kept = panes.map((p) => (p.scrollLeft + p.clientWidth / 2) / p.scrollWidth), [row, share] = middle();
    zoom = Math.max(0, Math.min(ZOOMS.length - 1, index));
    root.style.setProperty("--zoom", ZOOMS[zoom]);
    panes.forEach((p) => { p.tabIndex = ZOOMS[zoom] > 1 ? 0 : -1; p.classList.toggle("wide", ZOOMS[zoom] > 1); });
    panes.forEach((p, i) => { p.scrollLeft = kept[i] * p.scrollWidth - p.clientWidth / 2; });
    const percent = `${Math.round(ZOOMS[zoom] * 100)}`;
    one("[data-zoom]").textContent = `${percent} %`;
    say(live.dataset.zoomed.replace("{share}", percent));
    const mark = at >= 0 ? markOf(places[at].dataset.spot) : null;
    if (mark) { centre(mark); return; }
    const box = row.getBoundingClientRect();
    if (box.top < innerHeight && box.bottom > 0) scrollBy({ top: box.top + share * box.height - innerHeight / 2, behavior: "instant" });
  };

  const follow = (pane) => {
    const share = pane.scrollLeft / Math.max(1, pane.scrollWidth - pane.clientWidth);
    panes.forEach((other) => {
      const wanted = share * (other.scrollWidth - other.clientWidth);
      if (other !== pane && Math.abs(other.scrollLeft - wanted) > 1) other.scrollLeft = wanted;
    });
  };

  /* Dragging with the mouse moves the page under the hand; wheel, scroll bar and arrow keys do the same. */
  const grab = (pane) => pane.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0 || zoom <= ZOOMS.indexOf(1) || event.target.closest(".box")) return;
    event.preventDefault();
    pane.focus({ preventScroll: true });
    const move = (moved) => { pane.scrollLeft -= moved.movementX; scrollBy({ top: -moved.movementY, behavior: "instant" }); };
    pane.setPointerCapture(event.pointerId);
    pane.addEventListener("pointermove", move);
    pane.addEventListener("lostpointercapture", () => pane.removeEventListener("pointermove", move), { once: true });
  });

  const leafNow = () => {
    const row = at >= 0 && places[at].dataset.rowOf !== "" ? document.querySelector(`#blad-${places[at].dataset.rowOf}`) : middle()[0];
    return [row, middle()[0]].map((r) => r.querySelector('[data-side="scan"]')).find((leaf) => leaf?.querySelector(".other")) ?? null;
  };
  const flip = (leaf) => {
    const caption = leaf.querySelector("figcaption");
    caption.dataset.own ??= caption.textContent;
    caption.textContent = leaf.classList.toggle("blinks") ? live.dataset.frozen : caption.dataset.own;
  };
  const stop = () => {
    const shown = one(".blinks");
    if (shown) flip(shown);
    one('[data-do="blink"]').setAttribute("aria-pressed", "false");
    if (!blinking) return false;
    clearInterval(blinking);
    blinking = null;
    return true;
  };
  const blink = () => {
    const leaf = leafNow(), button = one('[data-do="blink"]');
    if (!leaf) {
      say(live.dataset.nothing);
      return;
    }
    if (still.matches) { /* no motion by itself: every press changes the picture once */
      flip(leaf);
      const other = leaf.classList.contains("blinks");
      button.setAttribute("aria-pressed", `${other}`);
      say(other ? live.dataset.flipped : live.dataset.still);
      return;
    }
    let left = BLINKS;
    button.setAttribute("aria-pressed", "true");
    say(live.dataset.blinks);
    flip(leaf);
    blinking = setInterval(() => {
      left -= 1;
      if (left > 0) flip(leaf);
      else if (stop()) say(live.dataset.still);
    }, BLINK_MS);
  };

  const deeds = {
    next: () => step(1), previous: () => step(-1), blink,
    in: () => zoomTo(zoom + 1), out: () => zoomTo(zoom - 1), fit: () => zoomTo(ZOOMS.indexOf(1)),
  };
  const KEYS = { n: "next", p: "previous", b: "blink", "+": "in", "=": "in", "-": "out", "−": "out", 0: "fit" };

  document.addEventListener("keydown", (event) => {
    const deed = KEYS[event.key.toLowerCase()], stopped = blinking !== null && stop();
    if (stopped) say(live.dataset.still);
    if (!deed || (stopped && deed === "blink") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (!one("[data-keys]").checked || event.target.matches('input:not([type="checkbox"]), select, textarea')) return;
    event.preventDefault();
    deeds[deed]();
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]"), link = event.target.closest("a[data-spot]"), box = event.target.closest(".box");
    if (button) { if (!(stop() && button.dataset.do === "blink")) deeds[button.dataset.do](); }
    else if (link) { event.preventDefault(); show(places.indexOf(link)); }
    else if (box) show(places.findIndex((a) => a.dataset.spot === box.dataset.box));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-go]"), number = link ? places.findIndex((a) => a.dataset.spot === link.dataset.go) : -1;
    if (number < 0) return;
    event.preventDefault();
    places[number].focus({ preventScroll: true });
    show(number);
  });
  one("[data-harmless]").addEventListener("change", (event) => root.classList.toggle("show-harmless", event.target.checked));
  panes.forEach((pane) => {
    pane.addEventListener("scroll", () => follow(pane), { passive: true });
    grab(pane);
  });

  one("[data-tools]").hidden = false;
  one("[data-options]").hidden = false;
  new ResizeObserver(() => { /* what is focused or jumped to must not hide under the tools */
    const height = one("[data-tools]").offsetHeight;
    root.style.setProperty("--tools", `${height}px`);
    document.documentElement.style.scrollPaddingTop = `${height + 40}px`;
  }).observe(one("[data-tools]"));
  one('[data-do="blink"]').hidden = !one(".other");
  const buttons = { previous: "p", next: "n", in: "+", out: "-", fit: "0", blink: "b" };
  Object.entries(buttons).forEach(([deed, key]) => one(`[data-do="${deed}"]`).setAttribute("aria-keyshortcuts", key));
})();
