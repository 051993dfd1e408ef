// Fills every <figure class="zx-chart" data-chart="KIND" data-source="ID"> from the JSON in
// the <script type="application/json" id="ID"> beside it.
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { type Chart, type Plan, type Table, read } from "./charts";
import { DASH } from "./format";
import { readTheme } from "./theme";

use([BarChart, LineChart, ScatterChart, CustomChart, GridComponent, TooltipComponent, SVGRenderer]);

function tableElement(caption: string, { head, rows }: Table): HTMLTableElement {
  const table = document.createElement("table");
  table.className = "zx-sr-only";
  if (caption) table.createCaption().textContent = caption;
  if (head) {
    const row = table.createTHead().insertRow();
    for (const word of head) {
      const cell = document.createElement(word ? "th" : "td");
      if (word) cell.setAttribute("scope", "col");
      cell.textContent = word;
      row.append(cell);
    }
  }
  const body = table.createTBody();
  for (const values of rows) {
    const row = body.insertRow();
    values.forEach((value, i) => {
      const cell = document.createElement(i ? "td" : "th");
      if (!i) cell.setAttribute("scope", "row");
      cell.textContent = value;
      row.append(cell);
    });
  }
  return table;
}

class Figure {
  /** As tall as the plan asks, taller where the card leaves room; the drawing lies over it,
   *  so that what is drawn never holds the card open. */
  private readonly stage = document.createElement("div");
  private readonly host = document.createElement("div");
  private readonly legend = document.createElement("ul");
  private readonly chart: Chart | null;
  private instance: EChartsType | null = null;
  private size = "";

  constructor(private readonly figure: HTMLElement) {
    const source = document.getElementById(figure.dataset.source ?? "");
    let data: unknown = null;
    try {
      data = JSON.parse(source?.textContent ?? "null");
    } catch {
      // Left null: an unreadable source reads as an empty one.
    }
    this.chart = attempt(() => read(figure.dataset.chart ?? "", data));
    if (!this.chart) {
      this.showEmpty(data);
      return;
    }
    // The picture is one image to a screen reader, and the table beside it the numbers. An
    // element with role="img" hides what is inside it, so the role moves in to the drawing.
    const label = figure.getAttribute("aria-label") ?? "";
    this.stage.className = "zx-chart-stage";
    this.stage.append(this.host);
    this.host.className = "zx-chart-host";
    this.host.setAttribute("role", "img");
    if (label) this.host.setAttribute("aria-label", label);
    figure.removeAttribute("role");
    this.legend.className = "zx-legend";
    this.legend.setAttribute("aria-hidden", "true");
    this.legend.hidden = true;
    figure.replaceChildren(this.stage, this.legend, tableElement(label, this.chart.table));
    this.draw();
    // A frame later, because drawing changes the sizes being observed.
    let frame = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        if (this.measure() !== this.size) this.draw();
      });
    });
    observer.observe(figure);
    observer.observe(this.stage);
  }

  private measure(): string {
    return `${this.figure.clientWidth}x${this.stage.clientHeight}`;
  }

  private showEmpty(data: unknown): void {
    const said = (data as { empty?: unknown } | null)?.empty;
    const note = document.createElement("p");
    note.className = "zx-chart-empty";
    note.textContent = typeof said === "string" && said ? said : DASH;
    this.figure.removeAttribute("role");
    this.figure.replaceChildren(note);
  }

  draw(): void {
    const { chart, figure, stage } = this;
    const width = figure.clientWidth;
    if (!chart || !width) return;
    attempt(() => {
      const theme = readTheme();
      let plan = chart.plan(width, theme);
      const drawn = Math.max(width, plan.minWidth ?? 0);
      if (drawn > width) plan = chart.plan(drawn, theme);
      stage.style.minWidth = drawn > width ? `${drawn}px` : "";
      stage.style.minHeight = `${plan.height}px`;
      this.scrolls(drawn > width);
      this.showLegend(plan);
      const height = Math.min(Math.max(stage.clientHeight, plan.height), plan.maxHeight);
      this.host.style.height = `${height}px`;
      this.instance ??= init(this.host, null, { renderer: "svg", width: drawn, height });
      this.instance.resize({ width: drawn, height, silent: true });
      this.instance.setOption(plan.option, { notMerge: true });
    });
    this.size = this.measure();
  }

  /** Something that scrolls must be reachable by keyboard. */
  private scrolls(yes: boolean): void {
    if (yes) this.figure.tabIndex = 0;
    else this.figure.removeAttribute("tabindex");
  }

  private showLegend({ legend }: Plan): void {
    this.legend.hidden = !legend;
    this.legend.replaceChildren(
      ...(legend ?? []).map(({ name, color }) => {
        const item = document.createElement("li");
        const mark = item.appendChild(document.createElement("i"));
        mark.style.backgroundColor = color;
        item.append(name);
        return item;
      }),
    );
  }
}

/** A chart that cannot be drawn must not take the page's other scripts with it. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    console.error(error);
    return null;
  }
}

const figures = new Map<HTMLElement, Figure>();

function scan(root: ParentNode): void {
  for (const gone of [...figures.keys()].filter((f) => !f.isConnected)) figures.delete(gone);
  const found = [...root.querySelectorAll<HTMLElement>("figure.zx-chart[data-chart]")];
  if (root instanceof HTMLElement && root.matches("figure.zx-chart[data-chart]")) found.push(root);
  for (const figure of found) {
    if (figures.has(figure)) continue;
    const made = attempt(() => new Figure(figure));
    if (made) figures.set(figure, made);
  }
}

function start(): void {
  scan(document);
  let dark = document.documentElement.classList.contains("dark");
  new MutationObserver(() => {
    const now = document.documentElement.classList.contains("dark");
    if (now === dark) return;
    dark = now;
    for (const figure of figures.values()) figure.draw();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
  // Labels are measured to leave room for them, so they are laid out again in the real font.
  void document.fonts?.ready.then(() => {
    for (const figure of figures.values()) figure.draw();
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof HTMLElement) scan(event.target);
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
