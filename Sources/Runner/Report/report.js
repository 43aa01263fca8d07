"use strict";
(() => {
  const body = document.body;

  // A network's button brings it out in all charts; the same button, or Escape, lets go.
  const buttons = [...document.querySelectorAll(".legend button")];
  const focus = (series) => {
    if (series === null) delete body.dataset.focus; else body.dataset.focus = series;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.series === series));
  };
  for (const button of buttons)
    button.addEventListener("click", () => focus(body.dataset.focus === button.dataset.series ? null : button.dataset.series));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") focus(null); });

  // The contents show where the reader is.
  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  if ("IntersectionObserver" in window) {
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(entry.target.id)?.setAttribute("aria-current", "true");
      }
    }, { rootMargin: "-20% 0px -70% 0px" });
    for (const section of document.querySelectorAll("main > section")) observer.observe(section);
  }

  const store = document.getElementById("traces");
  if (!store) return;
  const { networks, traces } = JSON.parse(store.textContent);
  const root = document.querySelector(".browser");
  const chooser = root.querySelector("select");
  const filter = root.querySelectorAll("select")[1];
  const canvas = root.querySelector("canvas");
  const facts = root.querySelector(".facts");
  const said = root.querySelector(".said");
  const count = root.querySelector(".count");
  const zoom = root.querySelector(".zoom");
  let shown = traces.map((_, index) => index);
  let current = 0;

  // The stretch that is drawn, as shares of the window: all of it, or what lies around the arrivals.
  const stretch = (trace) => {
    const isClose = zoom.getAttribute("aria-pressed") === "true" && trace.arrivals.length > 0;
    if (!isClose) return [0, 1];
    const places = trace.arrivals.map((arrival) => arrival.at), room = 2.5 / trace.seconds;
    return [Math.max(0, Math.min(...places) - room), Math.min(1, Math.max(...places) + room)];
  };

  // Samples come as signed bytes: the lowest and the highest of each column of the picture.
  const bytes = (text) => Int8Array.from(atob(text), (letter) => letter.charCodeAt(0) << 24 >> 24);
  const color = (name) => getComputedStyle(body).getPropertyValue(name).trim();
  const dashes = [[], [], [7, 3], [2, 3], [8, 3, 2, 3], [], [5, 2], [2, 2], [9, 3], [4, 2, 1, 2]];

  const draw = () => {
    const trace = traces[shown[current]];
    if (!trace) return;
    const width = canvas.clientWidth, row = 46, gap = 8, left = width < 500 ? 26 : 64;
    const outputs = trace.outputs;
    const curve = 58;
    const height = trace.channels.length * (row + gap) + outputs.length * (curve + gap) + 26;
    const scale = window.devicePixelRatio || 1;
    canvas.width = width * scale; canvas.height = height * scale; canvas.style.height = height + "px";
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.font = "11px " + color("--sans");
    const [from, to] = stretch(trace);
    const place = (share) => left + (share - from) / (to - from) * (width - left - 4);
    const within = (top, height, paint) => {
      pen.save(); pen.beginPath(); pen.rect(left, top - 3, width - left, height + 6); pen.clip(); paint(); pen.restore();
    };
    const ink = color("--ink"), soft = color("--soft"), grid = color("--grid");
    let top = 4;
    const arrivals = (y0, y1) => {
      for (const arrival of trace.arrivals) {
        pen.strokeStyle = ink; pen.globalAlpha = .55; pen.setLineDash(arrival.phase === "P" ? [] : [4, 3]); pen.lineWidth = 1;
        pen.beginPath(); pen.moveTo(place(arrival.at), y0); pen.lineTo(place(arrival.at), y1); pen.stroke();
      }
      pen.globalAlpha = 1; pen.setLineDash([]);
    };
    trace.channels.forEach((channel, index) => {
      const data = bytes(channel.data), columns = data.length / 2;
      pen.fillStyle = soft; pen.fillText(channel.name, 0, top + row / 2 + 4);
      pen.strokeStyle = color("--c0"); pen.lineWidth = 1; pen.lineJoin = "round";
      within(top, row, () => {
        pen.beginPath();
        for (let column = 0; column < columns; column++) {
          const x = place((column + .5) / columns), middle = top + row / 2;
          pen.lineTo(x, middle - data[2 * column + 1] / 127 * row / 2);
          pen.lineTo(x, middle - data[2 * column] / 127 * row / 2);
        }
        pen.stroke();
      });
      arrivals(top - 2, top + row + 2);
      if (index === 0) {
        for (const arrival of trace.arrivals) {
          const x = place(arrival.at) + 3;
          // On a ground of its own: the wave would run through it.
          pen.fillStyle = color("--paper");
          pen.fillRect(x - 1, top - 2, pen.measureText(arrival.phase).width + 2, 12);
          pen.fillStyle = ink; pen.fillText(arrival.phase, x, top + 8);
        }
      }
      top += row + gap;
    });
    for (const output of outputs) {
      pen.strokeStyle = grid; pen.lineWidth = 1;
      for (const level of [0, .5, 1]) {
        pen.beginPath(); pen.moveTo(left, top + curve * (1 - level)); pen.lineTo(width - 4, top + curve * (1 - level)); pen.stroke();
      }
      pen.fillStyle = soft; pen.fillText(output.name.slice(0, width < 500 ? 3 : 10), 0, top + curve / 2 + 4);
      arrivals(top - 2, top + curve + 2);
      within(top, curve, () => output.curves.forEach((text, network) => {
        if (!text) return;
        const data = bytes(text);
        const isFaded = body.dataset.focus !== undefined && Number(body.dataset.focus) !== network % 10;
        pen.strokeStyle = color("--c" + network % 10); pen.lineWidth = 1.7; pen.globalAlpha = isFaded ? .15 : .95;
        pen.setLineDash(dashes[network % 10]);
        pen.beginPath();
        data.forEach((value, index) => {
          const x = place(index / (data.length - 1)), y = top + curve * (1 - Math.max(0, value) / 127);
          if (index === 0) pen.moveTo(x, y); else pen.lineTo(x, y);
        });
        pen.stroke(); pen.setLineDash([]);
        const threshold = output.thresholds[network];
        if (threshold !== null) {
          const y = top + curve * (1 - threshold);
          pen.lineWidth = 1; pen.globalAlpha = isFaded ? .1 : .6; pen.setLineDash([3, 3]);
          pen.beginPath(); pen.moveTo(left, y); pen.lineTo(width - 4, y); pen.stroke(); pen.setLineDash([]);
        }
        // A triangle at each pick; networks stand a little below each other.
        pen.fillStyle = color("--c" + network % 10); pen.globalAlpha = isFaded ? .15 : 1;
        for (const at of output.picks[network]) {
          const x = place(at), y = top + 1 + 3 * network;
          pen.beginPath(); pen.moveTo(x, y + 7); pen.lineTo(x - 4.5, y); pen.lineTo(x + 4.5, y); pen.fill();
        }
        pen.globalAlpha = 1;
      }));
      top += curve + gap;
    }
    pen.fillStyle = soft; pen.strokeStyle = grid;
    const seconds = trace.seconds, span = seconds * (to - from);
    const step = span > 40 ? 10 : span > 15 ? 5 : span > 5 ? 2 : 1;
    for (let second = Math.ceil(seconds * from / step) * step; second <= seconds * to; second += step) {
      const isLast = second + step > seconds * to;
      pen.fillText(second + (isLast ? " s" : ""), Math.min(place(second / seconds), width - 24), top + 12);
    }
  };

  const show = (index) => {
    current = (index + shown.length) % Math.max(shown.length, 1);
    const trace = traces[shown[current]];
    count.textContent = shown.length ? `${current + 1} of ${shown.length}` : "none";
    chooser.value = String(shown[current] ?? "");
    facts.textContent = trace ? trace.facts.join(" · ") : "No recording of this kind.";
    said.innerHTML = trace ? trace.said : "";
    canvas.setAttribute("aria-label", trace ? trace.words : "nothing");
    canvas.hidden = !trace;
    zoom.disabled = !trace || trace.arrivals.length === 0;
    draw();
  };
  const choose = () => {
    const wanted = filter ? filter.value : "";
    shown = traces.map((_, index) => index).filter((index) => {
      if (wanted === "") return true;
      const [kind, network] = wanted.split(":");
      const share = traces[index].right;
      return kind === "only" ? share[network] > share[0] : share[network] < share[0];
    });
    for (const option of chooser.options) option.hidden = !shown.includes(Number(option.value));
    show(0);
  };
  chooser.addEventListener("change", () => show(shown.indexOf(Number(chooser.value))));
  if (filter) filter.addEventListener("change", choose);
  root.querySelector("[data-step='-1']").addEventListener("click", () => show(current - 1));
  root.querySelector("[data-step='1']").addEventListener("click", () => show(current + 1));
  const look = () => {
    zoom.setAttribute("aria-pressed", String(zoom.getAttribute("aria-pressed") !== "true"));
    draw();
  };
  zoom.addEventListener("click", look);
  root.addEventListener("keydown", (event) => {
    if (event.target.tagName === "SELECT") return;
    if (event.key === "ArrowRight") show(current + 1);
    else if (event.key === "ArrowLeft") show(current - 1);
    else if (event.key === "z") { if (!zoom.disabled) look(); }
    else return;
    event.preventDefault();
  });
  for (const button of buttons) button.addEventListener("click", draw);
  window.addEventListener("resize", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  choose();
})();
