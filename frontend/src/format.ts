import type { Common } from "./types";

function language(): string | undefined {
  const lang = document.documentElement.lang || undefined;
  try {
    if (lang) new Intl.NumberFormat(lang);
    return lang;
  } catch {
    return undefined;
  }
}

export const DASH = "—";

export function isNumber(v: unknown): v is number {
  return typeof v === "number" && Number.isFinite(v);
}

export interface Format {
  /** A value as it is read: in labels, tooltips and tables. */
  value(v: number | null | undefined): string;
  /** The same, short enough for an axis. */
  axis(v: number): string;
  /** A plain count. */
  count(v: number | null | undefined): string;
  /** Compact form for a narrow cell. */
  compact(v: number): string;
}

function decimals(v: number): number {
  const a = Math.abs(v);
  return a < 10 ? 2 : a < 100 ? 1 : 0;
}

export function formatter(data: Common): Format {
  const lang = language();
  const unit = data.unit ?? "number";
  const { suffix } = data;

  const write = (v: number, options: Intl.NumberFormatOptions, axis: boolean): string => {
    const digits = data.digits;
    const signed = unit === "percent_points" && !axis ? "exceptZero" : "auto";
    const base: Intl.NumberFormatOptions = { signDisplay: signed, ...options };
    if (!axis && digits !== undefined) {
      base.minimumFractionDigits = Math.min(digits, base.minimumFractionDigits ?? digits);
      base.maximumFractionDigits = digits;
    }
    if (suffix === undefined) {
      if (unit === "percent") base.style = "percent";
      else if (unit === "percent_points") Object.assign(base, { style: "unit", unit: "percent" });
      else if (unit === "money") {
        Object.assign(base, {
          style: "currency",
          currency: data.currency ?? "CNY",
          currencyDisplay: "narrowSymbol",
        });
      }
    }
    const scaled = suffix !== undefined && unit === "percent" ? v * 100 : v;
    return new Intl.NumberFormat(lang, base).format(scaled) + (suffix ?? "");
  };

  const fraction = (v: number): Intl.NumberFormatOptions => {
    switch (unit) {
      case "percent":
      case "percent_points":
        return { maximumFractionDigits: 1 };
      case "score":
        return { minimumFractionDigits: 2, maximumFractionDigits: 2 };
      case "money":
        return Math.abs(v) < 100 && !Number.isInteger(v)
          ? { minimumFractionDigits: 2, maximumFractionDigits: 2 }
          : { minimumFractionDigits: 0, maximumFractionDigits: 0 };
      default:
        return { maximumFractionDigits: decimals(v) };
    }
  };

  const compact: Intl.NumberFormatOptions = {
    notation: "compact",
    minimumFractionDigits: 0,
    maximumFractionDigits: 1,
  };
  const plain = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  const big = unit === "money" || unit === "number";

  return {
    value: (v) => (isNumber(v) ? write(v, fraction(v), false) : DASH),
    axis: (v) =>
      write(
        v,
        big && Math.abs(v) >= 100_000
          ? compact
          : { minimumFractionDigits: 0, maximumFractionDigits: unit === "percent" ? 1 : 2 },
        true,
      ),
    count: (v) => (isNumber(v) ? plain.format(v) : DASH),
    compact: (v) =>
      big && Math.abs(v) >= 1000
        ? write(v, compact, true)
        : write(v, unit === "percent" ? { maximumFractionDigits: 0 } : fraction(v), true),
  };
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?/;

/** Writes ISO dates in the page's language; leaves other labels alone. The wall clock in the
 *  text is shown as it stands: the server has already chosen the time zone. */
export function dateLabels(x: string[]): { short: string[]; long: string[] } {
  const parts = x.map((s) => DATE.exec(s));
  if (!x.length || parts.some((p) => !p)) return { short: x, long: x };
  const lang = language();
  const withTime = parts.some((p) => p![4] !== undefined);
  const days = new Set(parts.map((p) => p![0].slice(0, 10)));
  const day: Intl.DateTimeFormatOptions = { month: "numeric", day: "numeric" };
  const hour: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const zone = { timeZone: "UTC" };
  const short = new Intl.DateTimeFormat(lang, {
    ...zone,
    ...(withTime && days.size <= 2 ? hour : day),
  });
  const long = new Intl.DateTimeFormat(lang, {
    ...zone,
    year: "numeric",
    ...day,
    ...(withTime ? hour : {}),
  });
  const dates = parts.map((p) => {
    const [, y, m, d, h = "0", min = "0"] = p!;
    return new Date(Date.UTC(+y!, +m! - 1, +d!, +h, +min));
  });
  if (dates.some((d) => Number.isNaN(d.getTime()))) return { short: x, long: x };
  return { short: dates.map((d) => short.format(d)), long: dates.map((d) => long.format(d)) };
}
