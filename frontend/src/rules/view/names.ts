// Which events: one, or any of several.
import { type TemplateResult, html, nothing } from "lit";
import type { Host } from "../host";
import type { Json } from "../types";
import { nameSelect, symbol } from "./controls";

export interface Names {
  host: Host;
  id: number;
  /** Where they stand in the leaf; the first of a single event has no number. */
  field: string;
  events: string[];
  set: (events: string[]) => void;
}

export const eventsOf = (json: Json | undefined): string[] => (Array.isArray(json) && json.length ? json.map(String) : [String(Array.isArray(json) ? "" : (json ?? ""))]);

export const oneOrMany = (events: string[]): Json => (events.length > 1 ? events : (events[0] ?? null));

export function eventNames({ host, id, field, events, set }: Names): TemplateResult {
  const { w, v } = host;
  const options = (v.choices.event ?? []).map(({ name, label, seen }) => ({
    value: name, label: seen ? label : w("unseen", { name: label }),
  }));
  return html`<span class="phrase names">${events.map((name, i) => {
      const at = { host, id, field: i ? `${field}/${i}` : field, label: w("event") };
      const pick = (picked: string) => set([...new Set(events.map((each, j) => (j === i ? picked : each)))]);
      return html`${i ? html`<span class="word">${w("or")}</span>` : nothing}${nameSelect(at, name, options, true, pick)}${events.length > 1
        ? html`<button type="button" class="tiny" aria-label=${w("remove_value", { value: name })} @click=${() => set(events.filter((_e, j) => j !== i))}>×</button>`
        : nothing}`;
    })}</span>`;
}

export function orEvent({ host, id, field, events, set }: Names): TemplateResult | typeof nothing {
  const spare = (host.v.choices.event ?? []).find((each) => !events.includes(each.name));
  if (!spare) return nothing;
  return html`<button type="button" class="add small" data-key="${id}:${field}/add" @click=${() => set([...events, spare.name])}>
    ${symbol("add")}${host.w("or_event")}</button>`;
}
