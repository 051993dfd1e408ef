// The JSON each chart reads. Everything a reader sees as words comes from here.

/** How a number is written. `percent` takes a fraction (0.079 is 7.9%); `percent_points`
 *  takes points (4.1 is +4.1%); `money` takes whole currency units; `score` is 0 to 1. */
export type Unit = "number" | "money" | "percent" | "percent_points" | "score";
export type Tone = "good" | "bad" | "neutral";

export interface Common {
  /** Said in place of the chart when there is nothing to draw. */
  empty?: string;
  /** Height in pixels; each kind has a sensible one of its own. */
  height?: number;
  unit?: Unit;
  /** ISO 4217 code for `money`. Default CNY. */
  currency?: string;
  /** Most decimals shown. */
  digits?: number;
  /** Written after each number instead of the unit's own mark, such as "pp". */
  suffix?: string;
  /** Column heads of the table given to screen readers. */
  columns?: string[];
}

export interface ForestData extends Common {
  rows: { label: string; estimate: number | null; low: number | null; high: number | null; tone?: Tone }[];
  /** Where the dashed line stands. Default 0. */
  zero?: number;
}

export interface CalibrationData extends Common {
  points: { predicted: number; observed: number; n?: number }[];
  predictedLabel: string;
  observedLabel: string;
  nLabel?: string;
  /** End of both axes. Default: the smallest of 0.1, 0.2, 0.5, 1 that holds every point. */
  max?: number;
}

export interface BarsData extends Common {
  categories: string[];
  series: { name: string; values: (number | null)[] }[];
  stacked?: boolean;
  /** One short text over each bar, for a single series ("48%"). */
  labels?: string[];
  /** A pale full-height track behind each bar, for a funnel. */
  track?: boolean;
}

export interface HBarsData extends Common {
  rows: { label: string; value: number | null; tone?: Tone }[];
}

export interface LineData extends Common {
  /** ISO dates, ISO date-times or plain labels. */
  x: string[];
  series: {
    name: string;
    values: (number | null)[];
    /** An interval drawn around the line. */
    low?: (number | null)[];
    high?: (number | null)[];
  }[];
  /** A dashed reference line. */
  zero?: number;
  /** Each value holds until the next: steps instead of slopes. */
  step?: boolean;
}

export interface HeatData extends Common {
  x: string[];
  y: string[];
  /** cells[row][column], rows as in y (first row on top). null leaves a gap. */
  cells: (number | null)[][];
}

export interface HistogramData extends Common {
  /** One more edge than counts. `unit` is the unit of the edges. */
  edges: number[];
  counts: number[];
  marker?: { value: number; label?: string };
  countLabel?: string;
}

export interface FunnelData extends Common {
  /** `share` of the first step. `note` stands under the bar. */
  steps: { label: string; value: number; share: number | null; note?: string }[];
}

/** Values so far, what was expected of each, and what is expected next. */
export interface ForecastData extends Common {
  past: {
    x: string[];
    values: number[];
    expected: (number | null)[];
    low: (number | null)[];
    high: (number | null)[];
    unusual: boolean[];
  };
  ahead: {
    x: string[];
    median: number[];
    low80: number[];
    high80: number[];
    low95: number[];
    high95: number[];
  };
  names: { value: string; expected: string; range: string; unusual: string; median: string; in80: string; in95: string };
}

export interface ScatterData extends Common {
  /** `shade` from 0 to 1 colours a point; `lines` are read in its tooltip. */
  points: { x: number; y: number; shade: number; label: string; lines: { name: string; value: string }[] }[];
  xName: string;
  yName: string;
  /** Of the y axis; `unit` is that of x. */
  yUnit?: Unit;
}

export interface Kinds {
  forest: ForestData;
  calibration: CalibrationData;
  bars: BarsData;
  hbars: HBarsData;
  line: LineData;
  heat: HeatData;
  histogram: HistogramData;
  funnel: FunnelData;
  forecast: ForecastData;
  scatter: ScatterData;
}
export type Kind = keyof Kinds;
