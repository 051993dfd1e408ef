// "In the last 30 days" and its kin: the window's JSON as what an operator chooses.
import type { Data, Json } from "./types";

export type Span =
  | { mode: "ever" }
  | { mode: "days" | "hours"; n: number | null }
  /** From `far` to `near` days ago. */
  | { mode: "between"; near: number | null; far: number | null }
  /** A window that this builder does not know: kept as it is. */
  | { mode: "other"; json: Data };

const KNOWN = new Set(["days", "hours", "skip_days"]);
const isNumber = (value: Json | undefined): value is number => typeof value === "number";

export function readWindow(json: Json | undefined): Span {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return { mode: "ever" };
  const said = Object.entries(json).filter(([, value]) => value !== null);
  if (said.some(([name]) => !KNOWN.has(name))) return { mode: "other", json };
  const { days, hours, skip_days: skip } = json;
  if (isNumber(hours)) return { mode: "hours", n: hours };
  if (isNumber(days) && isNumber(skip) && skip > 0) return { mode: "between", near: skip, far: days + skip };
  return isNumber(days) ? { mode: "days", n: days } : { mode: "ever" };
}

/** A number that is still missing is written as 0, which the server calls by its place. */
export function writeWindow(span: Span): Data {
  switch (span.mode) {
    case "other":
      return span.json;
    case "ever":
      return {};
    case "hours":
      return { hours: span.n ?? 0 };
    case "days":
      return { days: span.n ?? 0 };
    case "between":
      return { days: (span.far ?? 0) - (span.near ?? 0), skip_days: span.near ?? 0 };
  }
}

/** What another choice begins with, from what stood there. */
export function begun(mode: string, before: Span): Span {
  const n = before.mode === "days" ? before.n : before.mode === "between" ? before.far : null;
  switch (mode) {
    case "hours":
      return { mode, n: 24 };
    case "days":
      return { mode, n: n ?? 30 };
    case "between":
      return { mode, near: n ?? 30, far: (n ?? 30) * 2 };
    default:
      return { mode: "ever" };
  }
}
