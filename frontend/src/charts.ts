import type { CustomSeriesRenderItem } from "echarts";
import type { EChartsCoreOption } from "echarts/core";
import { type Format, dateLabels, formatter, isNumber } from "./format";
import { type Theme, textWidth } from "./theme";
import { forecast, funnel, scatter } from "./insights";
import type { Kind, Kinds, Tone } from "./types";

export interface Table {
  head: string[] | null;
  rows: string[][];
}

/** One chart, ready to draw at a given width. */
export interface Plan {
  option: EChartsCoreOption;
  height: number;
  /** How tall the drawing may become where the card it stands in leaves more room. */
  maxHeight: number;
  /** Under this the figure scrolls sideways instead of squeezing. */
  minWidth?: number;
  legend?: { name: string; color: string }[];
}

/** What the data says, apart from how wide the page is. null: nothing to draw. */
export interface Chart {
  table: Table;
  plan(width: number, theme: Theme): Plan;
}

export const SIZE = 12;
export const list = <T>(v: readonly T[] | undefined | null): T[] => (Array.isArray(v) ? [...v] : []);
export const words = (v: unknown): string => (v === null || v === undefined ? "" : String(v));
export const narrow = (width: number): boolean => width < 420;

// ---- shared pieces -------------------------------------------------------------------------

export function base(theme: Theme): EChartsCoreOption {
  return {
    animation: false,
    backgroundColor: "transparent",
    color: theme.palette,
    textStyle: { fontFamily: theme.font, fontSize: SIZE, color: theme.text },
    tooltip: {
      confine: true,
      backgroundColor: theme.surface,
      borderColor: theme.border,
      borderWidth: 1,
      padding: [6, 10],
      textStyle: { color: theme.strong, fontSize: SIZE, fontFamily: theme.font },
      extraCssText: "box-shadow:0 4px 12px rgb(0 0 0/.12);border-radius:6px",
      transitionDuration: 0,
    },
  };
}

export function valueAxis(theme: Theme, format: (v: number) => string, extra: object = {}): object {
  return {
    type: "value",
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: theme.grid } },
    axisLabel: { color: theme.text, fontSize: SIZE, formatter: format, hideOverlap: true },
    ...extra,
  };
}

export function categoryAxis(theme: Theme, data: string[], label: object = {}, extra: object = {}): object {
  return {
    type: "category",
    data,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { color: theme.text, fontSize: SIZE, ...label },
    ...extra,
  };
}

/** A text cut to what fits. */
export function fitted(text: string, width: number, font: string): string {
  if (textWidth(text, font) <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, font) > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}

/** The left margin a list of row labels needs, and the labels cut to it. Measured here and
 *  not by the library, which remembers widths taken before the page's font had loaded. */
function gutter(labels: string[], width: number, theme: Theme): { left: number; shown: string[] } {
  const font = `${SIZE}px ${theme.font}`;
  const limit = Math.floor(width * (narrow(width) ? 0.36 : 0.4));
  const shown = labels.map((label) => fitted(label, limit, font));
  return { left: Math.ceil(Math.max(0, ...shown.map((s) => textWidth(s, font)))) + 12, shown };
}
const rowLabel = { margin: 10, interval: 0 };

export function tall(data: { height?: number }, usual: number, stretch: number): { height: number; maxHeight: number } {
  return { height: data.height ?? usual, maxHeight: data.height ?? usual * stretch };
}

export const plot = { outerBoundsMode: "same", outerBoundsContain: "axisLabel" };

export interface Line {
  name?: string;
  value: string;
  color?: string;
}

/** Tooltips are built as elements, so no text from the data is ever read as markup. */
export function tip(title: string, lines: Line[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "zx-tip";
  if (title) box.appendChild(document.createElement("strong")).textContent = title;
  for (const { name, value, color } of lines) {
    const row = box.appendChild(document.createElement("div"));
    row.className = "zx-tip-row";
    const left = row.appendChild(document.createElement("span"));
    if (color) {
      const dot = left.appendChild(document.createElement("i"));
      dot.style.backgroundColor = color;
    }
    if (name) left.append(name);
    row.appendChild(document.createElement("b")).textContent = value;
  }
  return box;
}

export interface Hover {
  dataIndex: number;
  seriesIndex?: number;
}
export const hovered = (params: unknown): Hover => (Array.isArray(params) ? params[0] : params) as Hover;

export function interval(f: Format, low: unknown, high: unknown): string {
  return isNumber(low) && isNumber(high) ? `[${f.value(low)}, ${f.value(high)}]` : "";
}

// ---- kinds ---------------------------------------------------------------------------------

export type Builder<K extends Kind> = (data: Kinds[K], f: Format) => Chart | null;

const forest: Builder<"forest"> = (data, f) => {
  const rows = list(data.rows);
  if (!rows.some((r) => isNumber(r.estimate))) return null;
  const zero = isNumber(data.zero) ? data.zero : 0;
  const labels = rows.map((r) => words(r.label));
  return {
    table: data.columns
      ? { head: data.columns, rows: rows.map((r) => [words(r.label), f.value(r.estimate), f.value(r.low), f.value(r.high)]) }
      : { head: null, rows: rows.map((r) => [words(r.label), `${f.value(r.estimate)} ${interval(f, r.low, r.high)}`.trim()]) },
    plan(width, theme) {
      const { left, shown } = gutter(labels, width, theme);
      const font = `${SIZE}px ${theme.font}`;
      const right = 14 + Math.max(...rows.map((r) => textWidth(f.value(r.estimate), font)));
      const thickness = 15;
      const tone = (t: Tone | undefined): string => theme.tone[t ?? "neutral"] ?? theme.tone.neutral;
      const item: CustomSeriesRenderItem = (params, api) => {
        const row = rows[params.dataIndex];
        if (!row) return null;
        if (!isNumber(row.estimate)) {
          const [x, y] = api.coord([zero, params.dataIndex]);
          return {
            type: "text",
            style: { x: x! + 8, y: y!, text: f.value(null), font, fill: theme.subtle, verticalAlign: "middle" },
          };
        }
        const color = tone(row.tone);
        const px = (v: number): number => api.coord([v, params.dataIndex])[0]!;
        const y = api.coord([row.estimate, params.dataIndex])[1]!;
        const at = px(row.estimate);
        const bounded = isNumber(row.low) && isNumber(row.high);
        const [from, to] = bounded ? [px(row.low!), px(row.high!)] : [at, at];
        return {
          type: "group",
          children: [
            {
              type: "rect",
              shape: { x: from, y: y - thickness / 2, width: Math.max(to - from, 0), height: thickness, r: 3 },
              style: { fill: color, opacity: theme.dark ? 0.32 : 0.24 },
            },
            {
              type: "rect",
              shape: { x: at - 1.5, y: y - thickness / 2 - 3, width: 3, height: thickness + 6, r: 1 },
              style: { fill: color },
            },
            {
              type: "text",
              style: {
                x: Math.max(to, at) + 8,
                y,
                text: f.value(row.estimate),
                font,
                fill: theme.strong,
                stroke: theme.surface,
                lineWidth: 4,
                verticalAlign: "middle",
              },
            },
          ],
        };
      };
      const zeroLine: CustomSeriesRenderItem = (params, api) => {
        const box = params.coordSys as unknown as { y: number; height: number };
        const x = api.coord([zero, 0])[0]!;
        return {
          type: "line",
          silent: true,
          shape: { x1: x, x2: x, y1: box.y, y2: box.y + box.height },
          style: { stroke: theme.text, lineWidth: 1, lineDash: [4, 3] },
        };
      };
      return {
        ...tall(data, rows.length * 46 + 40, 1.5),
        option: {
          ...base(theme),
          grid: { left, right, top: 4, bottom: 26 },
          xAxis: valueAxis(theme, f.axis, {
            min: (v: { min: number }) => (v.min > zero ? zero : null),
            max: (v: { max: number }) => (v.max < zero ? zero : null),
            scale: true,
            splitNumber: Math.min(6, Math.max(3, Math.round((width - left - right) / 64))),
          }),
          yAxis: categoryAxis(theme, shown, rowLabel, { inverse: true }),
          series: [
            { type: "custom", renderItem: zeroLine, data: [[zero, 0]], silent: true, tooltip: { show: false }, z: 1 },
            {
              type: "custom",
              renderItem: item,
              encode: { x: [0, 1, 2], y: 3 },
              data: rows.map((r, i) => [r.estimate ?? "-", r.low ?? "-", r.high ?? "-", i]),
              z: 2,
              tooltip: {
                formatter: (params: unknown) => {
                  const row = rows[hovered(params).dataIndex];
                  return row
                    ? tip(words(row.label), [{ value: `${f.value(row.estimate)}  ${interval(f, row.low, row.high)}` }])
                    : "";
                },
              },
            },
          ],
        },
      };
    },
  };
};

const calibration: Builder<"calibration"> = (data, f) => {
  const points = list(data.points)
    .filter((p) => p && isNumber(p.predicted) && isNumber(p.observed))
    .sort((a, b) => a.predicted - b.predicted);
  if (!points.length) return null;
  const n = data.nLabel ?? "n";
  const top = Math.max(...points.flatMap((p) => [p.predicted, p.observed]));
  const end = data.max ?? [0.1, 0.2, 0.5, 1].find((m) => top <= m) ?? top;
  const most = Math.max(1, ...points.map((p) => p.n ?? 0));
  const xName = words(data.predictedLabel);
  const yName = words(data.observedLabel);
  return {
    table: {
      head: data.columns ?? [xName, yName, n],
      rows: points.map((p) => [f.value(p.predicted), f.value(p.observed), f.count(p.n)]),
    },
    plan(width, theme) {
      const left = 40;
      const right = 16;
      const [above, below] = [yName ? 28 : 10, xName ? 42 : 24];
      const side = Math.max(80, Math.min(width - left - right, (data.height ?? 340) - above - below));
      const offset = Math.max(left, (width - side) / 2);
      const axis = {
        min: 0,
        max: end,
        interval: end / 5,
        nameTextStyle: { color: theme.subtle, fontSize: SIZE },
      };
      return {
        ...tall({}, side + above + below, 1),
        option: {
          ...base(theme),
          grid: { left: offset, top: above, width: side, height: side, outerBoundsMode: "none" },
          xAxis: valueAxis(theme, f.axis, { ...axis, name: xName, nameLocation: "middle", nameGap: 26 }),
          yAxis: valueAxis(theme, f.axis, {
            ...axis,
            name: yName,
            nameLocation: "end",
            nameGap: 10,
            nameTextStyle: { ...axis.nameTextStyle, align: "left", padding: [0, 0, 0, -30] },
          }),
          series: [
            {
              type: "line",
              data: [[0, 0], [end, end]],
              symbol: "none",
              silent: true,
              tooltip: { show: false },
              lineStyle: { color: theme.subtle, type: [5, 4], width: 1.25 },
            },
            {
              type: "line",
              data: points.map((p) => [p.predicted, p.observed]),
              symbol: "circle",
              symbolSize: (_: unknown, { dataIndex }: Hover) => {
                const size = points[dataIndex]?.n;
                return size === undefined ? 7 : 5 + 7 * Math.sqrt(size / most);
              },
              lineStyle: { color: theme.primary, width: 2 },
              itemStyle: { color: theme.surface, borderColor: theme.primary, borderWidth: 2 },
              emphasis: { disabled: true },
              tooltip: {
                formatter: (params: unknown) => {
                  const p = points[hovered(params).dataIndex];
                  if (!p) return "";
                  const lines: Line[] = [
                    { name: xName, value: f.value(p.predicted) },
                    { name: yName, value: f.value(p.observed) },
                  ];
                  if (p.n !== undefined) lines.push({ name: n, value: f.count(p.n) });
                  return tip("", lines);
                },
              },
            },
          ],
        },
      };
    },
  };
};

function seriesTable(head: string[] | undefined, names: string[], x: string[], values: unknown[][], f: Format): Table {
  return {
    head: head ?? ["", ...names],
    rows: x.map((label, i) => [label, ...values.map((v) => f.value(v[i] as number))]),
  };
}

function axisTip(titles: string[], series: { name: string; values: unknown[]; note?: (i: number) => string }[], theme: Theme, f: Format) {
  return {
    trigger: "axis",
    axisPointer: { type: "line", lineStyle: { color: theme.line, width: 1, type: "solid" }, z: 0 },
    formatter: (params: unknown) => {
      const i = hovered(params)?.dataIndex ?? -1;
      return tip(
        titles[i] ?? "",
        series.map((s, j) => {
          const note = s.note?.(i) ?? "";
          return {
            name: s.name,
            value: f.value(s.values[i] as number) + (note && ` ${note}`),
            color: theme.palette[j % theme.palette.length]!,
          };
        }),
      );
    },
  };
}

const bars: Builder<"bars"> = (data, f) => {
  const categories = list(data.categories).map(words);
  const series = list(data.series).map((s) => ({ name: words(s.name), values: list(s.values) }));
  if (!categories.length || !series.some((s) => s.values.some(isNumber))) return null;
  const dates = dateLabels(categories);
  const caps = series.length === 1 ? list(data.labels).map(words) : [];
  const legend = series.length > 1;
  return {
    table: seriesTable(data.columns, series.map((s) => s.name), dates.long, series.map((s) => s.values), f),
    plan(width, theme) {
      const slot = (width - 70) / categories.length;
      const few = categories.length <= 8;
      // A word wider than its bar would be broken anywhere, so such labels are turned instead.
      const wordy = dates.short.some((label) =>
        label.split(/[\s\u2e80-\uffff]+/).some((word) => textWidth(word, `${SIZE}px ${theme.font}`) > slot - 8),
      );
      const largest = Math.max(...series.flatMap((s) => s.values.filter(isNumber)));
      const shared = {
        type: "bar",
        barMaxWidth: 46,
        barCategoryGap: categories.length > 12 ? "28%" : "42%",
        barGap: "12%",
        emphasis: { disabled: true },
      };
      return {
        ...tall(data, narrow(width) ? 220 : 250, 1.6),
        ...(legend && { legend: series.map((s, i) => ({ name: s.name, color: theme.palette[i % theme.palette.length]! })) }),
        option: {
          ...base(theme),
          tooltip: { ...(base(theme).tooltip as object), ...axisTip(dates.long, series, theme, f) },
          grid: { left: 0, right: 4, top: caps.length ? 24 : 10, bottom: 0, ...plot },
          xAxis: categoryAxis(
            theme,
            dates.short,
            few
              ? wordy
                ? { interval: 0, rotate: 35, width: 88, overflow: "truncate" }
                : { interval: 0, width: Math.max(slot - 6, 20), overflow: "break", lineHeight: 15 }
              : { hideOverlap: true },
          ),
          yAxis: valueAxis(theme, f.axis, { splitNumber: 4 }),
          series: series.map((s, i) => ({
            ...shared,
            name: s.name,
            data: s.values,
            ...(data.stacked && { stack: "all" }),
            ...(data.track && series.length === 1 && largest > 0 && {
              showBackground: true,
              backgroundStyle: { color: theme.track, borderRadius: 4 },
            }),
            itemStyle: {
              color: theme.palette[i % theme.palette.length],
              borderRadius: data.stacked ? 0 : [3, 3, 0, 0],
              ...(data.stacked && slot > 12 && { borderColor: theme.surface, borderWidth: 0.75 }),
            },
            ...(caps.length && {
              label: {
                show: true,
                position: "top",
                color: theme.text,
                fontSize: SIZE,
                formatter: ({ dataIndex }: Hover) => caps[dataIndex] ?? "",
              },
            }),
          })),
        },
      };
    },
  };
};

const hbars: Builder<"hbars"> = (data, f) => {
  const rows = list(data.rows);
  if (!rows.some((r) => isNumber(r.value))) return null;
  const labels = rows.map((r) => words(r.label));
  const values = rows.map((r) => (isNumber(r.value) ? r.value : null));
  const [lo, hi] = [Math.min(0, ...values.map((v) => v ?? 0)), Math.max(0, ...values.map((v) => v ?? 0))];
  return {
    table: { head: data.columns ?? null, rows: rows.map((r, i) => [labels[i]!, f.value(r.value)]) },
    plan(width, theme) {
      const { left, shown } = gutter(labels, width, theme);
      const font = `${SIZE}px ${theme.font}`;
      const room = (sign: number): number =>
        10 + Math.max(0, ...values.map((v) => (v !== null && (sign < 0 ? v < 0 : v >= 0) ? textWidth(f.value(v), font) : 0)));
      return {
        ...tall(data, rows.length * 30 + 6, 1.5),
        option: {
          ...base(theme),
          tooltip: {
            ...(base(theme).tooltip as object),
            formatter: (params: unknown) => {
              const i = hovered(params).dataIndex;
              return tip(labels[i] ?? "", [{ value: f.value(values[i]) }]);
            },
          },
          grid: { left: left + (lo < 0 ? room(-1) : 0), right: room(1), top: 2, bottom: 2, outerBoundsMode: "none" },
          xAxis: valueAxis(theme, f.axis, {
            min: lo,
            max: hi === lo ? lo + 1 : hi,
            axisLabel: { show: false },
            splitLine: { show: false },
          }),
          yAxis: categoryAxis(
            theme,
            shown,
            { ...rowLabel, ...(lo < 0 && { margin: 10 + room(-1) }) },
            {
              inverse: true,
              axisLine: { show: lo < 0, onZero: true, lineStyle: { color: theme.line } },
            },
          ),
          series: [
            {
              type: "bar",
              barWidth: 14,
              emphasis: { disabled: true },
              data: rows.map((r, i) => ({
                value: values[i] ?? "-",
                itemStyle: {
                  color: r.tone ? theme.tone[r.tone] ?? theme.primary : theme.primary,
                  borderRadius: (values[i] ?? 0) < 0 ? [3, 0, 0, 3] : [0, 3, 3, 0],
                },
                label: { position: (values[i] ?? 0) < 0 ? "left" : "right" },
              })),
              label: {
                show: true,
                distance: 6,
                color: theme.strong,
                fontSize: SIZE,
                formatter: ({ dataIndex }: Hover) => f.value(values[dataIndex]),
              },
            },
          ],
        },
      };
    },
  };
};

const line: Builder<"line"> = (data, f) => {
  const x = list(data.x).map(words);
  const series = list(data.series).map((s) => ({
    name: words(s.name),
    values: list(s.values),
    low: list(s.low),
    high: list(s.high),
  }));
  if (!x.length || !series.some((s) => s.values.some(isNumber))) return null;
  const dates = dateLabels(x);
  const legend = series.length > 1;
  const symbols = ["circle", "rect", "triangle", "diamond"];
  const zero = data.zero;
  const noted = series.map((s) => ({ ...s, note: (i: number) => interval(f, s.low[i], s.high[i]) }));
  return {
    table: {
      head: data.columns ?? ["", ...series.map((s) => s.name)],
      rows: dates.long.map((label, i) => [
        label,
        ...noted.map((s) => `${f.value(s.values[i])} ${s.note(i)}`.trim()),
      ]),
    },
    plan(width, theme) {
      const dots = x.length <= width / 24 && !data.step;
      const all = series.flatMap((s) => [...s.values, ...s.low, ...s.high]).filter(isNumber);
      // Shares that begin with all: the axis ends there, at no 120 %.
      const highest = Math.max(...all);
      const ofAll = data.unit === "percent" && highest > 0.8 && highest <= 1;
      const color = (i: number): string => theme.palette[i % theme.palette.length]!;
      const band = (i: number): CustomSeriesRenderItem => (params, api) => {
        if (params.dataIndex !== 0) return null;
        const { low, high } = series[i]!;
        const at = x.map((_, k) => k).filter((k) => isNumber(low[k]) && isNumber(high[k]));
        if (at.length < 2) return null;
        const points = [
          ...at.map((k) => api.coord([k, high[k]!])),
          ...[...at].reverse().map((k) => api.coord([k, low[k]!])),
        ];
        return {
          type: "polygon",
          silent: true,
          shape: { points },
          style: { fill: color(i), opacity: theme.dark ? 0.24 : 0.14 },
        };
      };
      const reference: CustomSeriesRenderItem = (params, api) => {
        const box = params.coordSys as unknown as { x: number; width: number };
        const y = api.coord([0, zero!])[1]!;
        return {
          type: "line",
          silent: true,
          shape: { x1: box.x, x2: box.x + box.width, y1: y, y2: y },
          style: { stroke: theme.text, lineWidth: 1, lineDash: [4, 3] },
        };
      };
      return {
        ...tall(data, narrow(width) ? 220 : 250, 1.6),
        ...(legend && { legend: series.map((s, i) => ({ name: s.name, color: color(i) })) }),
        option: {
          ...base(theme),
          tooltip: { ...(base(theme).tooltip as object), ...axisTip(dates.long, noted, theme, f) },
          grid: { left: 0, right: 10, top: 10, bottom: 0, ...plot },
          xAxis: categoryAxis(
            theme,
            dates.short,
            { hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
            { boundaryGap: x.length === 1, axisLine: { show: true, onZero: false, lineStyle: { color: theme.line } } },
          ),
          yAxis: valueAxis(theme, f.axis, {
            ...(ofAll ? { interval: 0.25 } : { splitNumber: 4 }),
            // Bounds and references are drawn by hand, so the axis is told about them.
            min: (v: { min: number }) => {
              const low = Math.min(v.min, ...all, zero ?? Infinity);
              return low < v.min ? nice(low) : null;
            },
            max: (v: { max: number }) => {
              const high = Math.max(v.max, ...all, zero ?? -Infinity);
              if (ofAll) return 1;
              return high > v.max ? nice(high) : null;
            },
          }),
          series: [
            ...series.flatMap((s, i) =>
              s.low.length && s.high.length
                ? [{ type: "custom", renderItem: band(i), data: x.map((_, k) => [k, s.values[k] ?? "-"]), silent: true, z: 1 }]
                : [],
            ),
            ...(isNumber(zero) ? [{ type: "custom", renderItem: reference, data: [[0, zero]], silent: true, z: 1 }] : []),
            ...series.map((s, i) => ({
              type: "line",
              name: s.name,
              data: s.values.map((v) => v ?? "-"),
              ...(data.step && { step: "end" }),
              symbol: symbols[i % symbols.length],
              symbolSize: 6,
              showSymbol: dots || s.values.filter(isNumber).length === 1,
              lineStyle: { color: color(i), width: 2, type: i < 3 ? "solid" : "dashed" },
              itemStyle: { color: color(i) },
              emphasis: { disabled: true },
              z: 3,
            })),
          ],
        },
      };
    },
  };
};

/** The next round number away from zero. */
export function nice(v: number): number {
  if (!v) return 0;
  const step = 10 ** Math.floor(Math.log10(Math.abs(v))) / 2;
  return Number((Math.sign(v) * Math.ceil(Math.abs(v) / step) * step).toPrecision(12));
}

const heat: Builder<"heat"> = (data, f) => {
  const x = list(data.x).map(words);
  const y = list(data.y).map(words);
  const cells = list(data.cells).flatMap((row, j) =>
    list(row).flatMap((v, i) => (isNumber(v) && i < x.length && j < y.length ? [[i, j, v] as const] : [])),
  );
  if (!cells.length) return null;
  const value = (j: number, i: number): number | null => data.cells[j]?.[i] ?? null;
  const [lo, hi] = [Math.min(0, ...cells.map((c) => c[2])), Math.max(...cells.map((c) => c[2]))];
  const share = (v: number): number => (hi > lo ? (v - lo) / (hi - lo) : 0);
  return {
    table: {
      head: data.columns ?? ["", ...x],
      rows: y.map((label, j) => [label, ...x.map((_, i) => f.value(value(j, i)))]),
    },
    plan(width, theme) {
      const { left, shown } = gutter(y, width, theme);
      const font = (size: number): string => `${size}px ${theme.font}`;
      const item: CustomSeriesRenderItem = (params, api) => {
        const cell = cells[params.dataIndex];
        if (!cell) return null;
        const [i, j, v] = cell;
        const [cx, cy] = api.coord([i, j]) as [number, number];
        const [w, h] = api.size!([1, 1]) as [number, number];
        const paint = theme.heat(share(v));
        const full = f.value(v);
        const fits = textWidth(full, font(SIZE)) <= w - 6;
        return {
          type: "group",
          children: [
            {
              type: "rect",
              shape: { x: cx - w / 2 + 1, y: cy - h / 2 + 1, width: w - 2, height: h - 2, r: 3 },
              style: { fill: paint.fill },
            },
            {
              type: "text",
              silent: true,
              style: {
                x: cx,
                y: cy,
                text: fits ? full : f.compact(v),
                font: font(fits ? SIZE : 11),
                fill: paint.text,
                align: "center",
                verticalAlign: "middle",
              },
            },
          ],
        };
      };
      return {
        ...tall(data, y.length * (y.length > 6 ? 28 : 38) + 24, 1.6),
        minWidth: left + x.length * 36,
        option: {
          ...base(theme),
          tooltip: {
            ...(base(theme).tooltip as object),
            formatter: (params: unknown) => {
              const cell = cells[hovered(params).dataIndex];
              return cell ? tip("", [{ name: `${x[cell[0]]} · ${y[cell[1]]}`, value: f.value(cell[2]) }]) : "";
            },
          },
          grid: { left, right: 0, top: 24, bottom: 0, outerBoundsMode: "none" },
          xAxis: categoryAxis(theme, x, { interval: 0, margin: 6, width: 60, overflow: "truncate" }, { position: "top" }),
          yAxis: categoryAxis(theme, shown, rowLabel, { inverse: true }),
          series: [
            {
              type: "custom",
              renderItem: item,
              encode: { x: 0, y: 1 },
              data: cells.map((c) => [...c]),
            },
          ],
        },
      };
    },
  };
};

const histogram: Builder<"histogram"> = (data, f) => {
  const edges = list(data.edges);
  const counts = list(data.counts);
  const bins = counts
    .map((count, i) => ({ from: edges[i]!, to: edges[i + 1]!, count }))
    .filter((b) => isNumber(b.from) && isNumber(b.to) && isNumber(b.count));
  if (!bins.some((b) => b.count > 0)) return null;
  const marker = data.marker && isNumber(data.marker.value) ? data.marker : null;
  const caption = marker ? `${words(marker.label)} ${f.value(marker.value)}`.trim() : "";
  const range = (b: { from: number; to: number }): string => `${f.value(b.from)} – ${f.value(b.to)}`;
  return {
    table: {
      head: data.columns ?? null,
      rows: [...bins.map((b) => [range(b), f.count(b.count)]), ...(marker ? [[words(marker.label), f.value(marker.value)]] : [])],
    },
    plan(width, theme) {
      const font = `${SIZE}px ${theme.font}`;
      const item: CustomSeriesRenderItem = (params, api) => {
        const b = bins[params.dataIndex];
        if (!b) return null;
        const [x1, y1] = api.coord([b.from, b.count]) as [number, number];
        const [x2, y2] = api.coord([b.to, 0]) as [number, number];
        const gap = x2 - x1 > 6 ? 1 : 0.25;
        return {
          type: "rect",
          shape: { x: x1 + gap, y: y1, width: Math.max(x2 - x1 - 2 * gap, 0.5), height: y2 - y1, r: [2, 2, 0, 0] },
          style: { fill: theme.primary },
        };
      };
      const threshold: CustomSeriesRenderItem = (params, api) => {
        const box = params.coordSys as unknown as { x: number; y: number; width: number; height: number };
        const x = api.coord([marker!.value, 0])[0]!;
        const size = textWidth(caption, font);
        const onLeft = x + size / 2 > box.x + box.width;
        const onRight = x - size / 2 < box.x;
        return {
          type: "group",
          silent: true,
          children: [
            {
              type: "line",
              shape: { x1: x, x2: x, y1: box.y - 4, y2: box.y + box.height },
              style: { stroke: theme.strong, lineWidth: 1.25, lineDash: [4, 3] },
            },
            {
              type: "text",
              style: {
                x,
                y: box.y - 8,
                text: caption,
                font,
                fill: theme.strong,
                align: onLeft ? "right" : onRight ? "left" : "center",
                verticalAlign: "bottom",
              },
            },
          ],
        };
      };
      return {
        ...tall(data, narrow(width) ? 200 : 230, 1.6),
        option: {
          ...base(theme),
          grid: { left: 0, right: 14, top: marker ? 28 : 10, bottom: 0, ...plot },
          xAxis: valueAxis(theme, f.axis, {
            min: bins[0]!.from,
            max: bins[bins.length - 1]!.to,
            splitLine: { show: false },
            axisLine: { show: true, lineStyle: { color: theme.line } },
            splitNumber: 5,
          }),
          yAxis: valueAxis(theme, formatter({}).axis, { min: 0, minInterval: 1, splitNumber: 4 }),
          series: [
            {
              type: "custom",
              renderItem: item,
              encode: { x: [0, 1], y: 2 },
              data: bins.map((b) => [b.from, b.to, b.count]),
              tooltip: {
                formatter: (params: unknown) => {
                  const b = bins[hovered(params).dataIndex];
                  return b ? tip(range(b), [{ ...(data.countLabel && { name: data.countLabel }), value: f.count(b.count) }]) : "";
                },
              },
            },
            ...(marker
              ? [{ type: "custom", renderItem: threshold, data: [[marker.value, 0]], silent: true, tooltip: { show: false }, z: 4 }]
              : []),
          ],
        },
      };
    },
  };
};

const builders: { [K in Kind]: Builder<K> } = {
  forest, calibration, bars, hbars, line, heat, histogram, funnel, forecast, scatter,
};

/** Reads a chart's data. null when the kind is unknown or there is nothing to draw. */
export function read(kind: string, data: unknown): Chart | null {
  if (!Object.prototype.hasOwnProperty.call(builders, kind) || !data || typeof data !== "object") return null;
  const build = builders[kind as Kind] as Builder<Kind>;
  return build(data as Kinds[Kind], formatter(data as Kinds[Kind]));
}
