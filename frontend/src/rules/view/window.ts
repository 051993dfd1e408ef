// When: in the last days or hours, between two moments ago, or ever.
import { type TemplateResult, html } from "lit";
import type { Host } from "../host";
import type { Data, Json } from "../types";
import { type Span, begun, readWindow, writeWindow } from "../windows";
import { type At, numberInput, select } from "./controls";

export function windowInput(host: Host, id: number, field: string, json: Json | undefined, set: (window: Data) => void): TemplateResult {
  const { w } = host;
  const span = readWindow(json);
  const at = { host, id, field, label: w("when") };
  const now = span.mode === "days" || span.mode === "hours" ? "last" : span.mode;
  const modes = ["last", "between", "ever", ...(span.mode === "other" ? ["other"] : [])];
  const options = modes.map((mode) => ({ value: mode, label: w(`window_${mode}`) }));
  const pick = (mode: string) => set(writeWindow(mode === "other" ? span : begun(mode === "last" ? "days" : mode, span)));
  return html`<span class="phrase">${select(at, now, options, pick)}${ends(at, span, (next) => set(writeWindow(next)))}</span>`;
}

function ends(at: At, span: Span, set: (span: Span) => void): TemplateResult {
  const { w } = at.host;
  if (span.mode === "between") {
    return html`${numberInput({ ...at, field: `${at.field}/near`, label: w("days_ago_near") }, span.near, "", (near) => set({ ...span, near }))}
      <span class="word">${w("and")}</span>
      ${numberInput({ ...at, field: `${at.field}/far`, label: w("days_ago_far") }, span.far, "", (far) => set({ ...span, far }))}
      <span class="word">${w("days_ago")}</span>`;
  }
  if (span.mode !== "days" && span.mode !== "hours") return html``;
  const units = (["days", "hours"] as const).map((unit) => ({ value: unit, label: w(unit) }));
  const pick = (unit: string) => set(begun(unit, span));
  return html`${numberInput({ ...at, field: `${at.field}/n`, label: w("how_long") }, span.n, "", (n) => set({ ...span, n }))}
    ${select({ ...at, field: `${at.field}/unit`, label: w("unit") }, span.mode, units, pick)}`;
}
