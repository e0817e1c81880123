// What the pages do in the browser, besides Blazor's own script: reading values off a trend, and noticing that a screen is frozen.

// A trend carries the texts of its windows: [how far right in thousandths, time, values].
const readAt = (chart, x) => {
  if (chart.pointsOf !== chart.dataset.points) {
    chart.pointsOf = chart.dataset.points;
    chart.points = JSON.parse(chart.pointsOf);
  }
  let near = 0;
  chart.points.forEach((point, i) => { if (Math.abs(point[0] - x) < Math.abs(chart.points[near][0] - x)) near = i; });
  show(chart, near);
};

const show = (chart, index) => {
  const [x, time, text] = chart.points[index];
  chart.at = index;
  chart.classList.add("is-read");
  const cursor = chart.querySelector(".cursor");
  cursor.setAttribute("x1", `${x / 10}%`);
  cursor.setAttribute("x2", `${x / 10}%`);
  chart.closest(".trend").querySelector(".readout").textContent = `${time}  ${text}`;
};

const hide = chart => {
  chart.classList.remove("is-read");
  const readout = chart.closest(".trend").querySelector(".readout");
  readout.textContent = readout.dataset.hint;
};

const chartOf = event => event.target instanceof Element ? event.target.closest("svg[data-points]") : null;

for (const kind of ["pointermove", "pointerdown"]) {
  document.addEventListener(kind, event => {
    const chart = chartOf(event);
    if (!chart) return;
    const box = chart.getBoundingClientRect();
    readAt(chart, (event.clientX - box.left) / box.width * 1000);
  });
}

document.addEventListener("pointerout", event => {
  const chart = chartOf(event);
  if (chart && event.pointerType === "mouse" && !chart.contains(event.relatedTarget)) hide(chart);
});

document.addEventListener("keydown", event => {
  const chart = chartOf(event);
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!chart || !step) return;
  event.preventDefault();
  if (chart.at === undefined) readAt(chart, 1000);
  show(chart, Math.min(Math.max(chart.at + step, 0), chart.points.length - 1));
});

// The site's clock moves each second as long as the server reaches this page. When it stops, the screen says so, whatever the reason.
const frozenAfter = 5000;
let beat = "";
let beatAt = Date.now();

setInterval(() => {
  const now = document.querySelector(".beat")?.textContent ?? "";
  const root = document.documentElement;
  const banner = document.getElementById("components-reconnect-modal");
  if (now !== beat || document.hidden) {
    beat = now;
    beatAt = Date.now();
  }

  const isLost = [...banner.classList].some(name => /^components-reconnect-(show|failed|rejected)$/.test(name));
  root.classList.toggle("is-frozen", isLost || Date.now() - beatAt > frozenAfter);
  document.getElementById("frozen-since").textContent = beat;
}, 500);

// A wall screen has nobody to press "reload": when Blazor has given up, look for the server and begin again when it answers.
setInterval(async () => {
  const banner = document.getElementById("components-reconnect-modal");
  if (!/components-reconnect-(failed|rejected)/.test(banner.className)) return;
  try {
    const answer = await fetch(document.querySelector("link[rel=icon]").href, { cache: "no-store" });
    if (answer.ok) location.reload();
  } catch {
    // Still away.
  }
}, 5000);
