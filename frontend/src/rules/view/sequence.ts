// "Did A, then did (or did not do) B within so long, in the last …, so many times."
import { type TemplateResult, html } from "lit";
import type { Host } from "../host";
import { propertiesOf } from "../leaf";
import { isObject } from "../tree";
import type { Data, Json, Leaf } from "../types";
import { numberInput, select } from "./controls";
import { times } from "./event";
import { filterInputs } from "./filters";
import { type Names, eventNames, eventsOf, oneOrMany, orEvent } from "./names";
import { windowInput } from "./window";

const DAY = 24;
const object = (json: Json | undefined): Data => (isObject(json) ? json : {});

export function sequenceEditor(host: Host, leaf: Leaf): TemplateResult {
  const { w } = host;
  const { data, id } = leaf;
  const set = (more: Data) => host.edit(leaf, { ...data, ...more });
  const then = object(data.then);
  const second = object(then.step);
  const setThen = (more: Data) => set({ then: { ...then, ...more } });
  const setStep = (more: Data) => setThen({ step: { ...second, ...more } });
  const options = [{ value: "did", label: w("then_did") }, { value: "not", label: w("then_not") }];
  return html`<span class="step"><span class="word">${w("did")}</span>
      ${step({ host, id, field: "event", events: eventsOf(data.event), set: (events) => set({ event: oneOrMany(events) }) }, "where", data.where, (where) => set({ where }))}</span>
    <span class="step">
      ${select({ host, id, field: "then/negate", label: w("followed") }, then.negate === true ? "not" : "did", options, (picked) => setThen({ negate: picked === "not" }))}
      ${step({ host, id, field: "then/step/events", events: eventsOf(second.events), set: (events) => setStep({ events }) }, "then/step/where", second.where, (where) => setStep({ where }))}</span>
    <span class="step">${within(host, id, then.within_hours, (hours) => setThen({ within_hours: hours }))}
      ${windowInput(host, id, "window", data.window, (window) => set({ window }))}
      ${times(host, leaf)}</span>`;
}

/** The events of one step, and what their properties must be. */
const step = (names: Names, field: string, where: Json | undefined, set: (where: Json[]) => void): TemplateResult =>
  html`${eventNames(names)}<span class="filters">${filterInputs(names.host, names.id, field, where, propertiesOf(names.host.v, names.events), set)}
    ${orEvent(names)}</span>`;

/** Stored in hours; whole days are shown as days, unless hours were chosen. */
function within(host: Host, id: number, json: Json | undefined, set: (hours: number) => void): TemplateResult {
  const { w } = host;
  const field = "then/within_hours";
  const hours = typeof json === "number" ? json : 0;
  const inHours = host.isTyping(`${id}:${field}`) || hours % DAY !== 0;
  const shown = inHours ? hours : hours / DAY;
  const units = (["days", "hours"] as const).map((unit) => ({ value: unit, label: w(unit) }));
  const pick = (unit: string) => {
    host.typing(`${id}:${field}`, unit === "hours");
    if (unit === "days") set(Math.max(Math.round(hours / DAY), 1) * DAY);
  };
  return html`<span class="phrase"><span class="word">${w("within")}</span>
    ${numberInput({ host, id, field, label: w("within_label") }, shown || null, "", (n) => set((n ?? 0) * (inHours ? 1 : DAY)))}
    ${select({ host, id, field: `${field}/unit`, label: w("unit") }, inHours ? "hours" : "days", units, pick)}</span>`;
}
