// Crown and chin lines that can be dragged: the page judges again what hangs on them, by the norm's own limits.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("lines").textContent);
  const svg = document.querySelector("figure svg");
  const slope = Math.tan((data.roll_deg * Math.PI) / 180);
  const upright = Math.cos((data.roll_deg * Math.PI) / 180);
  const severity = { pass: 0, not_assessed: 1, operator: 2, fail: 3 };
  const y = { crown: data.crown[1], chin: data.chin[1] };
  const bounds = {
    crown: () => [0, data.eye_middle[1] - 1],
    chin: () => [data.eye_middle[1] + 1, data.height_px],
  };

  // What photo_check.measures.framing measures, with the lines where they are now.
  const measures = {
    head_share: () => (y.chin - y.crown) / upright / data.height_px,
    crown_margin: () => y.crown / data.height_px,
  };
  const low = (range) => (range[0] === null ? -Infinity : range[0]);
  const high = (range) => (range[1] === null ? Infinity : range[1]);
  const holds = (range, value) => low(range) <= value && value <= high(range);

  function judge(limits) {
    const judged = limits.map((limit) => {
      const moves = limit.measure in measures;
      const value = moves ? measures[limit.measure]() : limit.value;
      const text = moves ? (value * 100).toPrecision(3) + " %" : limit.value_text;
      const outcome = holds(limit.passes, value) ? "pass" : holds(limit.operator, value) ? "operator" : limit.worst;
      const inside = Math.min(value - low(limit.passes), high(limit.passes) - value) / limit.scale;
      const side = value - low(limit.passes) < high(limit.passes) - value ? "low" : "high";
      return { text, outcome, inside, side, limit };
    });
    return judged.reduce((worst, one) => {
      const step = severity[one.outcome] - severity[worst.outcome];
      return step > 0 || (step === 0 && one.inside < worst.inside) ? one : worst;
    });
  }

  function show() {
    let worst = data.others;
    for (const [name, requirement] of Object.entries(data.requirements)) {
      const found = judge(requirement.limits);
      if (severity[found.outcome] > severity[worst]) worst = found.outcome;
      const row = document.querySelector(`tr[data-requirement="${name}"]`);
      row.cells[1].className = `outcome ${found.outcome}`;
      row.cells[1].textContent = data.outcomes[found.outcome];
      row.cells[2].textContent = found.text;
      row.cells[3].textContent = found.limit.text;
      const item = document.querySelector(`li[data-requirement="${name}"]`);
      item.className = found.outcome;
      item.hidden = found.outcome === "pass";
      item.lastElementChild.textContent = requirement.advice[found.outcome][found.side];
    }
    const verdict = { fail: "rejected", operator: "operator" }[worst] || "accepted";
    const bar = document.querySelector(".verdict");
    bar.className = `verdict ${verdict}`;
    bar.textContent = data.verdicts[verdict];
    document.getElementById("fine").hidden = verdict !== "accepted";
    document.getElementById("share").textContent = (measures.head_share() * 100).toFixed(1);
    const options = ["crown", "chin"].filter((name) => y[name] !== data[name][1]);
    document.getElementById("correction").hidden = options.length === 0;
    document.getElementById("options").textContent = options.map((name) => `--${name}-y ${y[name].toFixed(1)}`).join(" ");
  }

  function move(name, to) {
    const [least, most] = bounds[name]();
    y[name] = Math.round(Math.min(most, Math.max(least, to)) * 10) / 10;
    const x = data.eye_middle[0] - (y[name] - data.eye_middle[1]) * slope;
    const by = `translate(${x - data[name][0]} ${y[name] - data[name][1]})`;
    for (const part of svg.querySelectorAll(`[data-line="${name}"]`)) part.setAttribute("transform", by);
    show();
  }

  for (const handle of svg.querySelectorAll("[data-handle]")) {
    const name = handle.dataset.handle;
    let grip = null;
    const pointerY = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()).y;
    handle.addEventListener("pointerdown", (event) => {
      grip = y[name] - pointerY(event);
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    handle.addEventListener("pointermove", (event) => grip !== null && move(name, pointerY(event) + grip));
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => (grip = null));
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step) return;
      move(name, y[name] + step * (event.shiftKey ? 10 : 1) * (data.height_px / 1000));
      event.preventDefault();
    });
  }
})();
