// Draws the charts of the page. Each comes as { id, title, x, y, lines }; a line's points are [x, y] or, with
// several seeds, [x, y, lowest, highest]. Colours are variables of the style sheet, so dark mode needs no redraw.
(() => {
  "use strict";

  const COLOURS = 7;
  const DASHES = [null, "7 4", "2 3"];
  const SYMBOLS = [
    d3.symbolCircle, d3.symbolSquare, d3.symbolTriangle, d3.symbolDiamond, d3.symbolCross, d3.symbolStar,
    d3.symbolWye,
  ];
  const ACCURACIES = [10, 20, 30, 50, 70, 80, 90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.99];
  const MOST_MARKS = 24;
  const LABEL_HEIGHT = 17;

  const colour = (line) => `var(--s${line.style % COLOURS})`;
  const dash = (line) => DASHES[Math.floor(line.style / COLOURS) % DASHES.length];
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  /** A number as text, by the kind of its axis. */
  function text(axis, value) {
    switch (axis.scale) {
      case "ACCURACY":
        return (100 * value).toFixed(2);
      case "WHOLE":
        return d3.format(",d")(value);
      case "LINEAR":
        return value.toFixed(1);
      default:
        return value !== 0 && value < 0.001 ? value.toExponential(2) : String(Number(value.toPrecision(3)));
    }
  }

  /** A factor that leaves some room at both ends of a logarithmic axis. */
  const room = (ratio) => (ratio < 1.6 ? 1.4 : ratio ** 0.06);

  /** The scale of an axis over some numbers, and where it has ticks. */
  function scale(axis, values, range) {
    const [low, high] = d3.extent(values);
    if (axis.scale === "ACCURACY") {
      // What is missing to 1, by its logarithm.
      const margin = room((1 - low) / (1 - high));
      const [start, end] = [Math.min(1, (1 - low) * margin), (1 - high) / margin];
      const missing = d3.scaleLog([start, end], range);
      const inside = (share) => 1 - share <= start * 1.0001 && 1 - share >= end * 0.9999;
      let ticks = ACCURACIES.map((percent) => percent / 100).filter(inside);
      if (ticks.length < 2) {
        ticks = d3.ticks(1 - start, 1 - end, 4).filter(inside);
      }
      const place = (share) => missing(clamp(1 - share, 1e-9, 1));
      return { place, ticks: apart(ticks, place), label: (share) => String(Number((100 * share).toFixed(3))) };
    }
    if (axis.scale === "LOG") {
      const margin = room(high / low);
      const domain = [low / margin, high * margin];
      const place = d3.scaleLog(domain, range);
      const decades = Math.log10(domain[1] / domain[0]);
      const steps = decades > 3 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
      const ticks = [];
      for (let power = Math.floor(Math.log10(domain[0])); power <= Math.log10(domain[1]); power++) {
        for (const step of steps) {
          const tick = step * 10 ** power;
          if (tick >= domain[0] * 0.999 && tick <= domain[1] * 1.001) {
            ticks.push(Number(tick.toPrecision(3)));
          }
        }
      }
      return {
        place,
        ticks: apart(ticks, place),
        label: (value) => (value >= 1e-4 && value < 1e5 ? String(value) : value.toExponential(0)),
      };
    }
    const whole = axis.scale === "WHOLE";
    const first = whole ? (low <= 20 ? Math.min(low, 1) : 0) : 0;
    const place = d3.scaleLinear(first === high ? [first - 1, high + 1] : [first, high], range);
    const count = Math.max(2, Math.floor(Math.abs(range[1] - range[0]) / 70));
    let ticks = place.ticks(count).filter((tick) => !whole || (Number.isInteger(tick) && tick >= 1));
    if (whole && high - first < count) {
      ticks = d3.range(Math.ceil(first), high + 1).filter((tick) => tick >= 1);
    }
    return { place, ticks, label: d3.format(",") };
  }

  /** Leaves out ticks whose labels would touch the one before. */
  function apart(ticks, place) {
    const kept = [];
    for (const tick of ticks) {
      if (kept.length === 0 || Math.abs(place(tick) - place(kept[kept.length - 1])) >= 20) {
        kept.push(tick);
      }
    }
    return kept;
  }

  /** Moves labels as little as is needed for none to lie on another. */
  function spread(labels, low, high) {
    labels.sort((a, b) => a.y - b.y);
    let groups = labels.map((label) => ({ members: [label], centre: label.y }));
    const top = (group) => {
      const height = group.members.length * LABEL_HEIGHT;
      return clamp(group.centre - height / 2, low, Math.max(low, high - height));
    };
    for (let merged = true; merged; ) {
      merged = false;
      for (let i = 1; i < groups.length; i++) {
        const [a, b] = [groups[i - 1], groups[i]];
        if (top(a) + a.members.length * LABEL_HEIGHT > top(b) + 0.5) {
          a.members.push(...b.members);
          a.centre = d3.mean(a.members, (label) => label.y);
          groups.splice(i, 1);
          merged = true;
          break;
        }
      }
    }
    for (const group of groups) {
      group.members.forEach((label, i) => {
        label.at = top(group) + (i + 0.5) * LABEL_HEIGHT;
      });
    }
  }

  const ruler = document.createElement("canvas").getContext("2d");
  function widthOf(name) {
    ruler.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
    return ruler.measureText(name).width;
  }

  function describe(chart) {
    const ends = chart.lines.map((line) => {
      const [x, y] = line.points[line.points.length - 1];
      return `${line.name} ${text(chart.y, y)} at ${chart.x.label} ${text(chart.x, x)}`;
    });
    return `Line chart: ${chart.title}, ${chart.y.label}. Ends: ${ends.join("; ")}.`;
  }

  function draw(chart, box, wide) {
    box.replaceChildren();
    const width = box.clientWidth;
    const right = Math.min(d3.max(chart.lines, (line) => widthOf(line.name)) + 20, width * 0.5);
    const flat = chart.lines.every((line) => line.points.every((p) => p[1] === line.points[0][1]));
    const height = Math.max(flat ? 200 : wide ? 340 : 280, chart.lines.length * LABEL_HEIGHT + 60);
    const margin = { top: 26, right, bottom: 40, left: 44 };
    const inner = { right: width - margin.right, bottom: height - margin.bottom };
    const points = chart.lines.flatMap((line) => line.points);
    const x = scale(chart.x, points.map((p) => p[0]), [margin.left, inner.right]);
    const y = scale(chart.y, points.flatMap((p) => p.slice(1)), [inner.bottom, margin.top]);

    const svg = d3.create("svg")
      .attr("viewBox", `0 0 ${width} ${height}`)
      .attr("role", "img")
      .attr("aria-label", describe(chart));

    const grid = svg.append("g").attr("class", "grid");
    for (const tick of y.ticks) {
      const at = y.place(tick);
      grid.append("line").attr("x1", margin.left).attr("x2", inner.right).attr("y1", at).attr("y2", at);
      grid.append("text").attr("x", margin.left - 8).attr("y", at).attr("dy", "0.35em")
        .attr("text-anchor", "end").text(y.label(tick));
    }
    for (const tick of x.ticks) {
      grid.append("text").attr("x", x.place(tick)).attr("y", inner.bottom + 18)
        .attr("text-anchor", "middle").text(x.label(tick));
    }
    svg.append("text").attr("x", 0).attr("y", 10).text(chart.y.label);
    svg.append("text").attr("x", inner.right).attr("y", height - 4)
      .attr("text-anchor", "end").text(chart.x.label);

    const shape = d3.line((p) => x.place(p[0]), (p) => y.place(p[1])).curve(d3.curveLinear);
    const band = d3.area((p) => x.place(p[0]), (p) => y.place(p[2] ?? p[1]), (p) => y.place(p[3] ?? p[1]));
    const labels = [];
    for (const line of chart.lines) {
      const group = svg.append("g");
      if (line.points.some((p) => p.length > 2)) {
        group.append("path").attr("d", band(line.points)).attr("fill", colour(line)).attr("fill-opacity", 0.16);
      }
      group.append("path").attr("d", shape(line.points)).attr("fill", "none").attr("stroke", colour(line))
        .attr("stroke-width", line.points.length > MOST_MARKS ? 1.4 : 2)
        .attr("stroke-linejoin", "round").attr("stroke-dasharray", dash(line));
      const symbol = d3.symbol(SYMBOLS[line.style % SYMBOLS.length], 44);
      const marked = line.points.length > MOST_MARKS ? line.points.slice(-1) : line.points;
      for (const p of marked) {
        group.append("path").attr("d", symbol())
          .attr("transform", `translate(${x.place(p[0])},${y.place(p[1])})`).attr("fill", colour(line));
      }
      const end = line.points[line.points.length - 1];
      labels.push({ line, x: x.place(end[0]), y: y.place(end[1]) });
    }

    spread(labels, margin.top - LABEL_HEIGHT / 2, inner.bottom + LABEL_HEIGHT / 2);
    for (const label of labels) {
      const far = inner.right - label.x > 12;
      if (Math.abs(label.at - label.y) > 3 || far) {
        svg.append("path").attr("class", "leader").attr("fill", "none")
          .attr("d", `M${label.x + 7},${label.y}L${inner.right + 12},${label.at}`);
      }
      svg.append("text").attr("class", "name").attr("x", inner.right + 15).attr("y", label.at)
        .attr("dy", "0.35em").style("fill", colour(label.line)).text(label.line.name);
    }
    box.append(svg.node());
    follow(chart, box, svg, x, y, margin, inner);
  }

  let pointed = null;
  addEventListener("pointerdown", (event) => pointed?.chart.contains(event.target) || pointed?.hide());

  /** Shows the values below the pointer. */
  function follow(chart, box, svg, x, y, margin, inner) {
    const cursor = svg.append("line").attr("class", "cursor").attr("y1", margin.top).attr("y2", inner.bottom)
      .attr("visibility", "hidden");
    let tip = null;
    const hide = () => {
      cursor.attr("visibility", "hidden");
      tip?.remove();
      tip = null;
    };
    // A finger that is lifted leaves the values there; the next touch elsewhere takes them away.
    svg.on("pointerleave", (event) => event.pointerType === "mouse" && hide());
    svg.on("pointerdown pointermove", (event) => {
      pointed = { chart: svg.node(), hide };
      const [left] = d3.pointer(event);
      const all = chart.lines.flatMap((line) => line.points.map((p) => p[0]));
      const nearest = d3.least(all, (value) => Math.abs(x.place(value) - left));
      const at = x.place(nearest);
      const rows = chart.lines
        .map((line) => ({ line, p: d3.least(line.points, (p) => Math.abs(x.place(p[0]) - at)) }))
        .filter((row) => Math.abs(x.place(row.p[0]) - at) < 6)
        .sort((a, b) => y.place(a.p[1]) - y.place(b.p[1]));
      cursor.attr("x1", at).attr("x2", at).attr("visibility", "visible");
      tip ??= box.appendChild(Object.assign(document.createElement("div"), { className: "tip" }));
      const table = document.createElement("table");
      const head = table.createCaption();
      head.textContent = `${chart.x.label} ${text(chart.x, nearest)}`;
      for (const { line, p } of rows) {
        const row = table.insertRow();
        const name = row.appendChild(document.createElement("th"));
        name.textContent = line.name;
        name.style.color = colour(line);
        row.insertCell().textContent = text(chart.y, p[1]);
      }
      tip.replaceChildren(table);
      const shown = (at / svg.node().viewBox.baseVal.width) * box.clientWidth;
      const space = box.clientWidth - tip.offsetWidth;
      tip.style.left = `${clamp(shown > space - 16 ? shown - tip.offsetWidth - 16 : shown + 16, 0, space)}px`;
    });
  }

  const charts = new Map(JSON.parse(document.getElementById("charts").textContent).map((c) => [c.id, c]));
  const figures = [...document.querySelectorAll("[data-chart]")];
  const widths = new Map();
  function drawAll() {
    for (const figure of figures) {
      const box = figure.querySelector(".plot");
      if (box.clientWidth > 0 && widths.get(box) !== box.clientWidth) {
        widths.set(box, box.clientWidth);
        draw(charts.get(figure.dataset.chart), box, !figure.parentElement.classList.contains("pair"));
      }
    }
  }
  drawAll();
  addEventListener("resize", drawAll);
})();
