// Draws each chart from the table below it, which has the same numbers for whoever does not see the chart.
"use strict";
(() => {
  const DAY = 86400;
  const plots = new Map();
  const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  const write = {
    count: (value) => value.toLocaleString("en-US", { maximumFractionDigits: 0, notation: value >= 10000 ? "compact" : "standard" }),
    percent: (value) => `${Math.round(value)} %`,
    ms: (value) => (value >= 1000 ? `${+(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`),
    usd: (value) => `$${value >= 10 || value === 0 ? Math.round(value) : +value.toFixed(2)}`,
  };

  function read(figure) {
    const heads = [...figure.querySelectorAll("thead th[data-unit]")];
    const rows = [...figure.querySelectorAll("tbody tr")];
    const drawn = heads.map((_, index) => index).filter((index) => "drawn" in heads[index].dataset);
    const cell = (row, index) => row.cells[index + 1];
    return {
      days: rows.map((row) => Date.parse(`${row.dataset.day}T00:00:00Z`) / 1000),
      unit: heads[drawn[0]].dataset.unit,
      columns: drawn.map((index) => ({
        label: heads[index].textContent,
        values: rows.map((row) => ("value" in cell(row, index).dataset ? Number(cell(row, index).dataset.value) : null)),
        told: rows.map((row) => cell(row, index).textContent),
      })),
    };
  }

  function series(form, column, index, color) {
    const own = { label: column.label, stroke: color, width: 1.75, spanGaps: true };
    if (form === "lines") {
      const few = column.values.filter((value) => value !== null).length <= 10;
      return { ...own, dash: index ? [5, 4].map((length) => length * devicePixelRatio) : [], points: { show: few, size: 5, fill: color } };
    }
    const beside = form === "beside" ? { align: index ? 1 : -1, size: [0.38, 12] } : { size: [index ? 0.34 : 0.7, 20] };
    return { ...own, width: 0, fill: color, paths: uPlot.paths.bars(beside), points: { show: false } };
  }

  function draw(figure) {
    const data = read(figure);
    const form = figure.dataset.form;
    const plot = figure.querySelector(".plot");
    const about = figure.querySelector(".about");
    const style = getComputedStyle(figure);
    const color = (name) => style.getPropertyValue(name).trim();
    const font = `11px ${style.fontFamily}`;
    const axis = { stroke: color("--muted"), font, ticks: { show: false } };
    const most = data.unit === "percent" ? 100 : 1.08 * Math.max(...data.columns.flatMap((each) => each.values), 0.0001);
    const said = about.textContent;

    const options = {
      width: plot.clientWidth,
      height: plot.clientHeight,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      tzDate: (time) => uPlot.tzDate(new Date(time * 1e3), "Etc/UTC"),
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: "days" }, points: { size: 7 } },
      scales: {
        x: { range: (_, from, to) => [from - 0.6 * DAY, to + 0.6 * DAY] },
        y: { range: [0, most] },
      },
      axes: [
        { ...axis, grid: { show: false }, space: 56, size: 20, incrs: [1, 2, 7, 14, 28].map((days) => days * DAY),
          values: (_, times) => times.map((time) => dates.format(time * 1e3)) },
        { ...axis, size: 48, space: 30, grid: { stroke: color("--grid"), width: 1 },
          incrs: data.unit === "count" ? [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1e3, 2e3, 2.5e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7] : undefined,
          values: (_, values) => values.map((value) => write[data.unit](value)) },
      ],
      series: [{}, ...data.columns.map((each, index) => series(form, each, index, color(`--series-${index + 1}`)))],
      hooks: {
        setCursor: [(made) => {
          const at = made.cursor.idx;
          about.textContent = at === null || at === undefined ? said
            : [dates.format(data.days[at] * 1e3), ...data.columns.map((each) => `${each.label} ${each.told[at]}`)].join(" · ");
        }],
      },
    };
    plots.get(figure)?.destroy();
    plots.set(figure, new uPlot(options, [data.days, ...data.columns.map((each) => each.values)], plot));
  }

  const sizes = new ResizeObserver((changed) => {
    for (const { target } of changed) {
      const made = plots.get(target.closest("figure"));
      if (made && target.clientWidth && made.width !== target.clientWidth) {
        made.setSize({ width: target.clientWidth, height: target.clientHeight });
      }
    }
  });

  function drawAll() {
    for (const [figure, made] of plots) {
      if (!figure.isConnected) {
        made.destroy();
        plots.delete(figure);
      }
    }
    for (const figure of document.querySelectorAll("figure[data-chart]")) {
      draw(figure);
      sizes.observe(figure.querySelector(".plot"));
    }
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  document.addEventListener("htmx:after:swap", () => {
    const board = document.getElementById("board");
    if (![...plots.keys()].every((each) => each.isConnected) || !plots.size) {
      drawAll();
      document.getElementById("said").textContent = board.dataset.said;
    }
  });
  drawAll();
})();
