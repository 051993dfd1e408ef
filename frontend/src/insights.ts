// The plots of insights: a funnel's steps, a forecast with its past, rules as points.
import type { CustomSeriesRenderItem } from "echarts";
import {
  type Builder, type Line, SIZE, base, categoryAxis, fitted, hovered, interval, list, narrow, nice, plot, tall, tip,
  valueAxis, words,
} from "./charts";
import { dateLabels, formatter, isNumber } from "./format";
import { textWidth } from "./theme";

const ROW = { label: 12, bar: 27, thickness: 16, note: 57, line: 16, height: 74 };

/** The parts of a note on as few lines as fit. */
function lines(note: string, width: number, font: string): string[] {
  const found: string[] = [];
  for (const part of note.split(" · ").filter(Boolean)) {
    const longer = found.length ? `${found[found.length - 1]} · ${part}` : part;
    if (found.length && textWidth(longer, font) <= width) found[found.length - 1] = longer;
    else found.push(part);
  }
  return found.map((line) => fitted(line, width, font));
}

export const funnel: Builder<"funnel"> = (data, f) => {
  const steps = list(data.steps);
  const first = steps[0]?.value ?? 0;
  if (!first) return null;
  const shares = formatter({ unit: "percent" });
  const amount = (i: number): string =>
    `${f.value(steps[i]!.value)}${isNumber(steps[i]!.share) ? ` · ${shares.value(steps[i]!.share)}` : ""}`;
  return {
    table: {
      head: data.columns ?? null,
      rows: steps.map((s, i) => [words(s.label), amount(i), words(s.note)]),
    },
    plan(width, theme) {
      const font = `${SIZE}px ${theme.font}`;
      const notes = steps.map((s) => lines(words(s.note), width, font));
      const height = ROW.height + ROW.line * (Math.max(1, ...notes.map((n) => n.length)) - 1);
      const bold = `600 ${SIZE}px ${theme.font}`;
      const item: CustomSeriesRenderItem = (params, api) => {
        const step = steps[params.dataIndex];
        if (!step) return null;
        const box = params.coordSys as unknown as { x: number; y: number; width: number; height: number };
        const top = api.coord([0, params.dataIndex])[1]! - height / 2;
        const said = amount(params.dataIndex);
        const room = box.width - textWidth(said, bold) - 16;
        const bar = (share: number, fill: string): object => ({
          type: "rect",
          shape: { x: box.x, y: top + ROW.bar, width: box.width * share, height: ROW.thickness, r: 3 },
          style: { fill },
        });
        const text = (x: number, y: number, said: string, more: object): object => ({
          type: "text",
          style: { x, y: top + y, text: said, font, fill: theme.subtle, verticalAlign: "middle", ...more },
        });
        return {
          type: "group",
          children: [
            bar(1, theme.track),
            bar(Math.max(step.value / first, 0.002), theme.primary),
            text(box.x, ROW.label, fitted(words(step.label), room, bold), { font: bold, fill: theme.strong }),
            text(box.x + box.width, ROW.label, said, { font: bold, fill: theme.strong, align: "right" }),
            ...notes[params.dataIndex]!.map((line, i) => text(box.x, ROW.note + i * ROW.line, line, {})),
          ],
        } as ReturnType<CustomSeriesRenderItem>;
      };
      return {
        ...tall(data, steps.length * height, 1),
        option: {
          ...base(theme),
          tooltip: { show: false },
          grid: { left: 0, right: 0, top: 0, bottom: 0, outerBoundsMode: "none" },
          xAxis: valueAxis(theme, f.axis, { show: false, min: 0, max: 1 }),
          yAxis: categoryAxis(theme, steps.map((s) => words(s.label)), {}, { show: false, inverse: true }),
          series: [{ type: "custom", renderItem: item, encode: { x: 0, y: 1 }, data: steps.map((_, i) => [0, i]) }],
        },
      };
    },
  };
};

export const forecast: Builder<"forecast"> = (data, f) => {
  const { past, ahead, names } = data;
  const n = past?.x?.length ?? 0;
  if (!n || !past.values.some(isNumber)) return null;
  const x = [...past.x, ...ahead.x];
  const dates = dateLabels(x);
  const before = <T>(v: readonly T[]): (T | null)[] => [...v, ...ahead.x.map(() => null)];
  // What is to come starts where what has been ends, so that the two lines meet.
  const after = (v: readonly number[]): (number | null)[] => [
    ...past.x.map((_, i) => (i === n - 1 ? past.values[n - 1]! : null)), ...v,
  ];
  const median = after(ahead.median);
  const unusual = past.unusual.flatMap((yes, i) => (yes ? [i] : []));
  const said = (i: number): Line[] =>
    i < n
      ? [
          { name: names.value, value: f.value(past.values[i]) },
          ...(isNumber(past.expected[i])
            ? [{ name: names.expected, value: `${f.value(past.expected[i])} ${interval(f, past.low[i], past.high[i])}` }]
            : []),
          ...(past.unusual[i] ? [{ name: "", value: names.unusual }] : []),
        ]
      : [
          { name: names.median, value: f.value(ahead.median[i - n]) },
          { name: names.in80, value: interval(f, ahead.low80[i - n], ahead.high80[i - n]) },
          { name: names.in95, value: interval(f, ahead.low95[i - n], ahead.high95[i - n]) },
        ];
  return {
    table: {
      head: data.columns ?? null,
      rows: x.map((_, i) => [dates.long[i]!, said(i).map((each) => `${each.name} ${each.value}`.trim()).join("; ")]),
    },
    plan(width, theme) {
      const next = theme.palette[1]!;
      const usual = past.values.filter((v, i) => isNumber(v) && !past.unusual[i]);
      const tops = [...usual, ...past.expected, ...ahead.high95].filter(isNumber);
      const lows = [...usual, ...past.expected, ...ahead.low95].filter(isNumber);
      const span = (Math.max(...tops) - Math.min(...lows)) * 0.6 || 1;
      // What is far beyond the usual would press everything else flat: it is cut, and says how high.
      const within = (v: number): boolean => v <= Math.max(...tops) + span && v >= Math.min(...lows) - span;
      const seen = [...tops, ...lows, ...past.values.filter((v) => isNumber(v) && within(v))];
      const lowest = Math.min(...seen);
      const step = nice((Math.max(...seen) - Math.min(lowest, 0)) / 5);
      const [bottom, top] = [Math.min(Math.floor(lowest / step) * step, 0), Math.ceil(Math.max(...seen) / step) * step];
      const edge = (v: number): number => Math.min(Math.max(v, bottom), top);
      const band = (low: (number | null)[], high: (number | null)[], fill: string, opacity: number): object => {
        const item: CustomSeriesRenderItem = (params, api) => {
          if (params.dataIndex !== 0) return null;
          const at = x.map((_, i) => i).filter((i) => isNumber(low[i]) && isNumber(high[i]));
          const points = [
            ...at.map((i) => api.coord([i, edge(high[i]!)])), ...at.reverse().map((i) => api.coord([i, edge(low[i]!)])),
          ];
          return points.length < 4 ? null : { type: "polygon", silent: true, shape: { points }, style: { fill, opacity } };
        };
        return { type: "custom", renderItem: item, data: x.map((_, i) => [i, 0]), silent: true, tooltip: { show: false }, z: 1 };
      };
      const stroke = (values: (number | null)[], color: string, more: object = {}): object => ({
        type: "line", data: values.map((v) => (v === null ? "-" : edge(v))), symbol: "none", emphasis: { disabled: true }, z: 3,
        lineStyle: { color, width: 1.75, ...more }, itemStyle: { color },
      });
      return {
        ...tall(data, narrow(width) ? 260 : 340, 1.4),
        legend: [
          { name: names.value, color: theme.primary },
          { name: names.range, color: theme.line },
          { name: names.unusual, color: theme.tone.bad },
          { name: `${names.median} · ${names.in80} · ${names.in95}`, color: next },
        ],
        option: {
          ...base(theme),
          tooltip: {
            ...(base(theme).tooltip as object),
            trigger: "axis",
            axisPointer: { type: "line", lineStyle: { color: theme.line, width: 1, type: "solid" }, z: 0 },
            formatter: (params: unknown) => {
              const i = hovered(params)?.dataIndex ?? -1;
              return i < 0 ? "" : tip(dates.long[i] ?? "", said(i));
            },
          },
          grid: { left: 0, right: 10, top: 10, bottom: 0, ...plot },
          xAxis: categoryAxis(
            theme, dates.short, { hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
            { boundaryGap: false, axisLine: { show: true, onZero: false, lineStyle: { color: theme.line } } },
          ),
          yAxis: valueAxis(theme, f.axis, {
            interval: step, min: bottom, max: top,
          }),
          series: [
            band(before(past.low), before(past.high), theme.text, theme.dark ? 0.13 : 0.12),
            band(after(ahead.low95), after(ahead.high95), next, theme.dark ? 0.2 : 0.14),
            band(after(ahead.low80), after(ahead.high80), next, theme.dark ? 0.3 : 0.24),
            stroke(before(past.values), theme.primary),
            stroke(median, next, { width: 2 }),
            {
              type: "scatter", symbolSize: 8, z: 4, silent: true, tooltip: { show: false },
              data: unusual.map((i) => {
                const value = past.values[i]!;
                const cut = value !== edge(value);
                return {
                  value: [i, edge(value)],
                  symbol: cut ? "triangle" : "circle",
                  label: {
                    show: cut, formatter: f.value(value), fontSize: SIZE, color: theme.tone.bad,
                    position: i > x.length / 2 ? "left" : "right",
                  },
                };
              }),
              itemStyle: { color: theme.tone.bad, borderColor: theme.surface, borderWidth: 1 },
            },
          ],
        },
      };
    },
  };
};

export const scatter: Builder<"scatter"> = (data, f) => {
  const points = list(data.points).filter((p) => p && isNumber(p.x) && isNumber(p.y));
  if (!points.length) return null;
  const y = formatter({ ...data, unit: data.yUnit ?? "number" });
  return {
    table: {
      head: data.columns ?? ["", words(data.xName), words(data.yName)],
      rows: points.map((p) => [words(p.label), f.value(p.x), y.value(p.y)]),
    },
    plan(width, theme) {
      const name = { nameTextStyle: { color: theme.subtle, fontSize: SIZE } };
      return {
        ...tall(data, narrow(width) ? 260 : 320, 1.4),
        option: {
          ...base(theme),
          tooltip: {
            ...(base(theme).tooltip as object),
            formatter: (params: unknown) => {
              const p = points[hovered(params).dataIndex];
              return p ? tip(words(p.label), list(p.lines).map((l) => ({ name: words(l.name), value: words(l.value) }))) : "";
            },
          },
          grid: { left: 0, right: 16, top: 30, bottom: 24, ...plot },
          xAxis: valueAxis(theme, f.axis, {
            ...name, name: words(data.xName), nameLocation: "middle", nameGap: 28, scale: true,
            axisLine: { show: true, lineStyle: { color: theme.line } }, splitLine: { show: false },
          }),
          yAxis: valueAxis(theme, y.axis, {
            name: words(data.yName), nameLocation: "end", nameGap: 12, min: 0,
            nameTextStyle: { ...name.nameTextStyle, align: "left", padding: [0, 0, 0, -30] },
          }),
          series: [
            {
              type: "scatter",
              symbolSize: (_: unknown, { dataIndex }: { dataIndex: number }) => 7 + 11 * (points[dataIndex]?.shade ?? 0),
              data: points.map((p) => ({
                value: [p.x, p.y],
                itemStyle: {
                  color: theme.heat(0.35 + 0.65 * p.shade).fill,
                  opacity: 0.82, borderColor: theme.surface, borderWidth: 1,
                },
              })),
            },
          ],
        },
      };
    },
  };
};
