// Values as they are typed and as they are stored.
import type { Json, Kind, Plain } from "./types";

/** null for what is no number (yet). */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!trimmed) return null;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : null;
}

/** A share of 0 to 1 is shown in percent; both ways without the digits that floats add. */
export const toShown = (stored: number, unit: string): number =>
  unit === "share" ? Number((stored * 100).toFixed(6)) : stored;
export const toStored = (shown: number, unit: string): number =>
  unit === "share" ? Number((shown / 100).toFixed(8)) : shown;

/** Typed text as a value of its kind; of an unknown kind, a number where it reads as one. */
export function parsePlain(text: string, kind: Kind | null): Plain | null {
  const trimmed = text.trim();
  if (!trimmed) return null;
  if (kind === "text") return trimmed;
  const number = parseNumber(trimmed);
  return kind === "number" ? number : (number ?? trimmed);
}

export const isPlain = (value: Json | undefined): value is Plain =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

export const listOf = (value: Json | undefined): Plain[] =>
  Array.isArray(value) ? value.filter(isPlain) : isPlain(value) ? [value] : [];

/** Several values in one go: commas, Chinese ones too, and line breaks part them. */
export function parseList(text: string, kind: Kind | null): Plain[] {
  const parts = text.split(/[,，、\n]/).map((each) => parsePlain(each, kind));
  return parts.filter((each): each is Plain => each !== null);
}

export const merged = (old: Plain[], more: Plain[]): Plain[] => [...new Set([...old, ...more])];
