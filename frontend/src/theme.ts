import type { Tone } from "./types";

type RGB = [number, number, number];

export interface Theme {
  dark: boolean;
  font: string;
  text: string;
  strong: string;
  subtle: string;
  grid: string;
  line: string;
  surface: string;
  border: string;
  primary: string;
  track: string;
  palette: string[];
  tone: Record<Tone, string>;
  /** Colour of a heat cell for t in 0..1, and of the text on it. */
  heat(t: number): { fill: string; text: string };
}

let probe: CanvasRenderingContext2D | null | undefined;
function context(): CanvasRenderingContext2D | null {
  probe ??= (() => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    return canvas.getContext("2d", { willReadFrequently: true });
  })();
  return probe;
}

/** Any CSS colour (Unfold's are oklch) as the sRGB triple charts can mix and lighten. */
function toRGB(css: string, fallback: RGB): RGB {
  const ctx = context();
  if (!ctx || !css) return fallback;
  ctx.clearRect(0, 0, 1, 1);
  ctx.fillStyle = "#010203";
  ctx.fillStyle = /^[\d\s.,]+$/.test(css) ? `rgb(${css})` : css;
  if (ctx.fillStyle === "#010203") return fallback;
  ctx.fillRect(0, 0, 1, 1);
  const [r, g, b] = ctx.getImageData(0, 0, 1, 1).data;
  return [r!, g!, b!];
}

export function textWidth(text: string, font: string): number {
  const ctx = context();
  if (!ctx) return text.length * 8;
  ctx.font = font;
  return ctx.measureText(text).width;
}

const hex = (s: string): RGB => [1, 3, 5].map((i) => parseInt(s.slice(i, i + 2), 16)) as RGB;
const rgb = (c: RGB): string => `rgb(${c.map(Math.round).join(",")})`;
const mix = (a: RGB, b: RGB, t: number): RGB =>
  a.map((v, i) => v + (b[i]! - v) * t) as RGB;

function luminance(c: RGB): number {
  const [r, g, b] = c.map((v) => {
    const s = v / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as RGB;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: RGB, b: RGB): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

const FALLBACK: Record<string, string> = {
  "base-50": "#f9fafb", "base-100": "#f3f4f6", "base-200": "#e5e7eb", "base-300": "#d1d5db",
  "base-400": "#9ca3af", "base-500": "#6b7280", "base-600": "#4b5563", "base-700": "#374151",
  "base-800": "#1f2937", "base-900": "#111827", "base-950": "#030712",
  "primary-50": "#eff6ff", "primary-100": "#dbeafe", "primary-200": "#bfdbfe",
  "primary-300": "#93c5fd", "primary-400": "#60a5fa", "primary-500": "#3b82f6",
  "primary-600": "#2563eb", "primary-700": "#1d4ed8", "primary-800": "#1e40af",
  "primary-900": "#1e3a8a", "primary-950": "#172554",
};

export function readTheme(): Theme {
  const root = getComputedStyle(document.documentElement);
  const dark = document.documentElement.classList.contains("dark");
  const c = (name: string): RGB =>
    toRGB(root.getPropertyValue(`--color-${name}`).trim(), hex(FALLBACK[name]!));
  const white: RGB = [255, 255, 255];
  const surface = dark ? c("base-900") : white;
  const stops = dark
    ? [mix(surface, c("primary-900"), 0.45), c("primary-900"), c("primary-800"), c("primary-700"), c("primary-600"), c("primary-500")]
    : [c("primary-50"), c("primary-100"), c("primary-200"), c("primary-300"), c("primary-500"), c("primary-700")];
  const inks: RGB[] = [white, c("base-950")];

  return {
    dark,
    font: getComputedStyle(document.body).fontFamily || "sans-serif",
    text: rgb(dark ? c("base-300") : c("base-600")),
    strong: rgb(dark ? c("base-100") : c("base-900")),
    subtle: rgb(dark ? c("base-400") : c("base-500")),
    grid: rgb(dark ? c("base-800") : c("base-200")),
    line: rgb(dark ? c("base-600") : c("base-300")),
    surface: rgb(surface),
    border: rgb(dark ? c("base-700") : c("base-200")),
    primary: rgb(dark ? c("primary-500") : c("primary-600")),
    track: rgb(dark ? mix(surface, c("base-800"), 0.8) : c("primary-50")),
    palette: [
      rgb(dark ? c("primary-500") : c("primary-600")),
      ...(dark
        ? ["#14b8a6", "#f59e0b", "#94a3b8", "#c084fc", "#fb7185", "#84cc16"]
        : ["#0d9488", "#d97706", "#64748b", "#9333ea", "#e11d48", "#4d7c0f"]),
    ],
    tone: dark
      ? { good: "#22c55e", bad: "#f87171", neutral: "#94a3b8" }
      : { good: "#16a34a", bad: "#dc2626", neutral: "#64748b" },
    heat(t) {
      const at = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
      const i = Math.min(Math.floor(at), stops.length - 2);
      const fill = mix(stops[i]!, stops[i + 1]!, at - i);
      const ink = inks.reduce((a, b) => (contrast(fill, b) > contrast(fill, a) ? b : a));
      return { fill: rgb(fill), text: rgb(ink) };
    },
  };
}
