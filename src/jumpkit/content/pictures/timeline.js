(() => {
  "use strict";
  const svg = document.getElementById("axis"), ticks = document.getElementById("ticks"), brush = document.getElementById("brush");
  const said = document.getElementById("span"), number = (name) => Number(svg.dataset[name]);
  const SINCE = number("since"), UNTIL = number("until"), LEFT = number("left"), RIGHT = number("right"), FOOT = number("foot");
  const TOP = Number(brush.getAttribute("y")), LEAST = 1000, STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000];
  const drawn = [...svg.querySelectorAll("[data-t]")], rows = [...document.querySelectorAll("tr[data-t]")];
  let since = SINCE, until = UNTIL;
  const place = (at) => LEFT + (at - since) / (until - since) * (RIGHT - LEFT);
  const moment = (x) => since + (x - LEFT) / (RIGHT - LEFT) * (until - since);
  const show = (element, shown) => shown ? element.removeAttribute("display") : element.setAttribute("display", "none");

  function move(element) {
    const begins = Number(element.dataset.t), ends = Number(element.dataset.u ?? element.dataset.t);
    const inside = ends >= since && begins <= until;
    show(element, inside);
    if (!inside) return;
    const from = Math.max(place(begins), LEFT - 20), to = Math.min(place(ends), RIGHT + 20);
    if (element.tagName === "use") element.setAttribute("x", place(begins) - 7);
    else if (element.tagName === "line") { element.setAttribute("x1", from); element.setAttribute("x2", to); }
    else { element.setAttribute("x", from); element.setAttribute("width", Math.max(to - from, 1.5)); }
  }
  function part(name, attributes, text) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text) element.textContent = text;
    ticks.append(element);
  }
  function label(at, step) {
    const text = new Date(at).toISOString();
    if (step >= 86400) return text.slice(0, 10);
    const clock = step >= 60 ? text.slice(11, 16) : text.slice(11, 19);
    return clock === "00:00" ? text.slice(0, 10) : clock;
  }
  function scale() {
    ticks.replaceChildren();
    const step = (STEPS.find((each) => (until - since) / 1000 / each <= 9) ?? STEPS.at(-1)) * 1000;
    for (let at = Math.ceil(since / step) * step; at <= until; at += step) {
      const x = place(at);
      part("line", { class: "grid", x1: x, x2: x, y1: TOP, y2: FOOT });
      part("text", { class: "tick", x, y: FOOT + 17 }, label(at, step / 1000));
    }
  }
  function draw() {
    drawn.forEach(move);
    scale();
    let left = 0;
    for (const row of rows) {
      row.hidden = !(Number(row.dataset.u) >= since && Number(row.dataset.t) <= until);
      if (!row.hidden) left += 1;
    }
    const text = (at) => new Date(at).toISOString().slice(0, 19).replace("T", " ");
    said.textContent = `${text(since)} to ${text(until)} · ${left} of ${rows.length} rows`;
  }
  function look(from, to) {
    const width = Math.min(Math.max(to - from, LEAST), UNTIL - SINCE);
    since = Math.min(Math.max(from, SINCE), UNTIL - width);
    until = since + width;
    draw();
  }
  function zoom(factor, around) {
    const at = around ?? (since + until) / 2;
    look(at - (at - since) * factor, at + (until - at) * factor);
  }
  const shift = (share) => look(since + share * (until - since), until + share * (until - since));
  const deeds = { in: () => zoom(0.5), out: () => zoom(2), left: () => shift(-0.4), right: () => shift(0.4), all: () => look(SINCE, UNTIL) };
  const keys = { "+": "in", "=": "in", "-": "out", "_": "out", ArrowLeft: "left", ArrowRight: "right", "0": "all", Home: "all" };
  const where = (event) => { const box = svg.getBoundingClientRect(); return (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width; };

  document.getElementById("tools").hidden = false;
  document.getElementById("tools").addEventListener("click", (event) => deeds[event.target.dataset?.do]?.());
  svg.addEventListener("keydown", (event) => {
    const name = keys[event.key];
    if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    deeds[name]();
  });
  svg.addEventListener("wheel", (event) => {
    if (document.activeElement !== svg && !event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, moment(where(event)));
  }, { passive: false });
  let begun = null;
  svg.addEventListener("pointerdown", (event) => { if (event.button === 0 && event.pointerType !== "touch") begun = where(event); });
  svg.addEventListener("pointermove", (event) => {
    if (begun === null) return;
    const x = where(event);
    if (Math.abs(x - begun) > 4 && !svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    brush.setAttribute("x", Math.max(Math.min(x, begun), LEFT));
    brush.setAttribute("width", Math.abs(x - begun) > 4 ? Math.abs(x - begun) : 0);
  });
  svg.addEventListener("pointerup", (event) => {
    if (begun === null) return;
    const ends = where(event), from = moment(Math.min(begun, ends)), to = moment(Math.max(begun, ends));
    if (Math.abs(ends - begun) > 4) look(from, to);
    brush.setAttribute("width", 0);
    begun = null;
  });
  svg.addEventListener("dblclick", () => zoom(3));
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    const row = document.getElementById(location.hash.slice(1));
    if (row?.hidden) look(SINCE, UNTIL);
  });
  draw();
})();
