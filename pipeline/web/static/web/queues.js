// The chart of the queues page: what waited in each queue, or what came and went in one, with marks where a run began and a version was deployed.
"use strict";
(function () {
  const section = document.querySelector("[data-chart]");
  if (!section || !window.uPlot) return;
  const place = section.querySelector("[data-plot]");
  const note = section.querySelector("[data-chart-note]");
  const COLOURS = { light: ["#6b4300", "#0f766e", "#1d4ed8", "#7c3aed", "#b91c1c"], dark: ["#f6d68c", "#2dd4bf", "#93c5fd", "#c4b5fd", "#fca5a5"] };
  const PAPER = 660; // pixels that fit on a sheet
  const INK = { "--bs-secondary-color": "#444", "--bs-border-color": "#ccc" };
  const shown = section.querySelector("[data-shown]");
  let plot = null, data = null, range = "1h", printing = false;

  function colour(name) { return printing ? INK[name] : getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  function marks(u) {
    mark(u, data.runs.map(([moment, run]) => [moment, text("run {number}", { number: run })]), [4, 4], 12);
    mark(u, data.deploys.map(([moment, version]) => [moment, version]), [1, 2], 26);
  }

  // Lines from top to bottom, each named at this height where there is room for it.
  function mark(u, named, dash, height) {
    u.ctx.save();
    u.ctx.strokeStyle = colour("--bs-secondary-color");
    u.ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
    u.ctx.fillStyle = u.ctx.strokeStyle;
    u.ctx.font = `${11 * devicePixelRatio}px sans-serif`;
    let labelled = -Infinity;
    for (const [moment, name] of named) {
      const x = Math.round(u.valToPos(moment, "x", true));
      if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) continue;
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
      if (x - labelled < 60 * devicePixelRatio) continue;
      const last = x > u.bbox.left + u.bbox.width - 70 * devicePixelRatio;
      u.ctx.textAlign = last ? "right" : "left";
      u.ctx.fillText(name, x + (last ? -4 : 4) * devicePixelRatio, u.bbox.top + height * devicePixelRatio);
      labelled = x;
    }
    u.ctx.restore();
  }

  function clock(u, splits, axis, space, step) {
    let day = splits.length ? new Date(splits[0] * 1000).toLocaleDateString("sv") : null;
    return splits.map((second) => {
      const at = new Date(second * 1000), date = at.toLocaleDateString("sv"), time = at.toLocaleTimeString("sv", { hour: "2-digit", minute: "2-digit", ...(step < 60 && { second: "2-digit" }) });
      const label = step >= 86400 ? date : date === day ? time : time + "\n" + date;
      day = date;
      return label;
    });
  }

  // Times and lines; where no sample was taken for a while there is a hole.
  function holed(lines) {
    const times = [], rows = lines.map(() => []);
    data.times.forEach((time, n) => {
      if (n && time - data.times[n - 1] > 3 * data.step) { times.push(time - data.step); rows.forEach((row) => row.push(null)); }
      times.push(time);
      rows.forEach((row, at) => row.push(lines[at][n]));
    });
    return [times, rows];
  }

  // Each line stands on those of the later stages, so that the highest tells what waits in all.
  function stacked(lines) {
    let sums = lines[0].map(() => 0);
    return lines.toReversed().map((line) => (sums = sums.map((sum, n) => (line[n] == null ? null : sum + line[n])))).toReversed();
  }

  function draw() {
    if (!data) return;
    const stage = shown.value;
    const lines = stage ? { ["publish/s"]: data.in[stage], ["ack/s"]: data.out[stage] } : data.waiting;
    const names = Object.keys(lines), [times, values] = holed(Object.values(lines));
    if (plot) plot.destroy();
    plot = null;
    place.parentElement.hidden = !data.times.length;
    note.textContent = !data.times.length ? text("No data in this range. Choose a longer one, or check that the sampler is running.") : data.deploys.length ? text("Dashed: run started. Dotted: version deployed.") : text("Dashed: run started.");
    if (!data.times.length) return;
    const axis = { stroke: colour("--bs-secondary-color"), grid: { stroke: colour("--bs-border-color"), width: 0.5 }, ticks: { stroke: colour("--bs-border-color"), width: 0.5 } };
    const colours = COLOURS[!printing && document.documentElement.dataset.bsTheme] || COLOURS.light;
    const own = (u, value, series, at) => (at == null || values[series - 1][at] == null ? "--" : values[series - 1][at].toLocaleString());
    const series = names.map((name, n) => ({ label: name, stroke: colours[n], width: 1.75, value: own, points: { size: 4, show: data.times.length < 3 }, ...(!stage && { fill: colours[n] + "40" }) }));
    plot = new uPlot({
      width: place.clientWidth, height: 260, axes: [{ ...axis, values: clock }, { ...axis, size: 60 }], cursor: { drag: { x: false } },
      scales: { x: { range: () => [data.from, data.until] }, y: { range: (u, low, high) => [0, Math.max(high || 0, stage ? 1 : 5)] } },
      bands: stage ? [] : names.slice(1).map((name, n) => ({ series: [n + 1, n + 2] })),
      series: [{ value: (u, second) => (second == null ? "--" : new Date(second * 1000).toLocaleString("sv")) }, ...series], hooks: { draw: [marks] },
    }, [times, ...(stage ? values : stacked(values))], place);
  }

  async function load() {
    try {
      const answer = await fetch(section.dataset.chart + "?range=" + range, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      data = await answer.json();
      draw();
    } catch { note.textContent = text("No answer; showing the last known data."); }
  }

  section.hidden = false;
  section.addEventListener("click", (event) => {
    const button = event.target.closest("[data-range]");
    if (!button) return;
    range = button.dataset.range;
    section.querySelectorAll("[data-range]").forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    load();
  });
  shown.addEventListener("change", draw);
  document.addEventListener("gleaner:theme", draw);
  // What is drawn knows nothing of the style for paper, which is white.
  function print(now) {
    printing = now;
    draw();
    if (printing) plot?.setSize({ width: PAPER, height: 260 });
  }
  window.addEventListener("beforeprint", () => print(true));
  window.addEventListener("afterprint", () => print(false));
  matchMedia("print").addEventListener("change", (event) => print(event.matches));
  new ResizeObserver(() => { if (plot && plot.width !== place.clientWidth) plot.setSize({ width: place.clientWidth, height: 260 }); }).observe(place);
  load();
  setInterval(() => { if (document.visibilityState === "visible" && !document.querySelector('[data-hold][aria-pressed="true"]')) load(); }, 15000);
})();
