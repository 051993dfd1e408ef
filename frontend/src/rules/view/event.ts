// The sentence about events: did or did not do it so often, or a number made of them.
import { type TemplateResult, html, nothing } from "lit";
import type { Host } from "../host";
import { compared, operand, propertiesOf } from "../leaf";
import type { Criterion, Data, Json, Leaf, Operator } from "../types";
import { compare, operandInput } from "./compare";
import { nameSelect, propertyOptions, select } from "./controls";
import { eventNames, eventsOf, oneOrMany, orEvent } from "./names";
import { filterInputs } from "./filters";
import { windowInput } from "./window";

const COUNT = "count";
const ONCE: Data = { op: "gte", value: 1 };

const isCount = ({ data }: Leaf): boolean => (data.function ?? COUNT) === COUNT;
/** "Did not do" is the exact complement of "did at least once". */
const isNever = (leaf: Leaf): boolean =>
  leaf.not && leaf.type === "event" && isCount(leaf) && leaf.data.op === ONCE.op && leaf.data.value === ONCE.value;

/** Whether the leaf's own words already say its `not`. */
export const saysNot = isNever;

export function eventEditor(host: Host, leaf: Leaf, criterion: Criterion): TemplateResult {
  const { data } = leaf;
  const set = (more: Data) => host.edit(leaf, { ...data, ...more });
  const properties = propertiesOf(host.v, data.event);
  const counts = isCount(leaf);
  const names = { host, id: leaf.id, field: "event", events: eventsOf(data.event), set: (events: string[]) => set({ event: oneOrMany(events) }) };
  return html`${verb(host, leaf)} ${counts ? nothing : about(host, leaf)} ${eventNames(names)}
    ${counts && !isNever(leaf) ? times(host, leaf) : nothing}
    ${windowInput(host, leaf.id, "window", data.window, (window) => set({ window }))}
    ${counts ? nothing : html`<span class="phrase">${compare(host, leaf, criterion)}</span>`}
    <span class="filters">${filterInputs(host, leaf.id, "where", data.where, properties, (where) => set({ where }))}
      ${orEvent(names)}</span>`;
}

function verb(host: Host, leaf: Leaf): TemplateResult {
  const { w } = host;
  const others = host.v.functions.filter((each) => each.name !== COUNT);
  const options = [
    { value: "did", label: w("did") },
    { value: "never", label: w("did_not") },
    ...others.map((each) => ({ value: each.name, label: each.label, group: w("or_a_number") })),
  ];
  const now = isNever(leaf) ? "never" : isCount(leaf) ? "did" : String(leaf.data.function);
  return select({ host, id: leaf.id, field: "function", label: w("verb") }, now, options, (picked) => pickVerb(host, leaf, picked));
}

function pickVerb(host: Host, leaf: Leaf, picked: string): void {
  const { property: _gone, ...data } = leaf.data;
  const not = leaf.not && !isNever(leaf);
  if (picked === "never") return host.edit(leaf, { ...data, function: COUNT, ...ONCE }, { not: true });
  if (picked === "did") return host.edit(leaf, { ...data, function: COUNT, ...(isCount(leaf) ? {} : ONCE) }, { not });
  const made = host.v.functions.find((each) => each.name === picked);
  const fitting = propertiesOf(host.v, data.event).filter((each) => made?.kinds.includes(each.kind));
  const kept = fitting.find((each) => each.name === leaf.data.property) ?? fitting[0];
  const property: Data = made?.kinds.length ? { property: kept?.name ?? null } : {};
  host.edit(leaf, compared(host.v, { ...leaf, data: { ...data, function: picked, ...property } }), { not });
}

/** "price over": the property that a number is made of. */
function about(host: Host, leaf: Leaf): TemplateResult | typeof nothing {
  const made = host.v.functions.find((each) => each.name === leaf.data.function);
  if (made && !made.kinds.length && !leaf.data.property) return nothing;
  const fitting = propertiesOf(host.v, leaf.data.event).filter((each) => !made || made.kinds.includes(each.kind));
  const at = { host, id: leaf.id, field: "property", label: host.w("property") };
  return html`${nameSelect(at, String(leaf.data.property ?? ""), propertyOptions(fitting), true, (property) => host.edit(leaf, { ...leaf.data, property }))}
    <span class="word">${host.w("over")}</span>`;
}

/** "at least 3 times" */
export function times(host: Host, leaf: Leaf): TemplateResult {
  const { w, v } = host;
  const counting = v.operators.filter((each) => each.times || each.name === leaf.data.op);
  const now: Operator | undefined = v.operators.find((each) => each.name === leaf.data.op);
  const pick = (picked: string) => {
    const next = v.operators.find((each) => each.name === picked)!;
    host.edit(leaf, { ...leaf.data, op: picked, value: operand(next, "number", leaf.data.value ?? (null as Json)) });
  };
  const options = counting.map((each) => ({ value: each.name, label: each.times ?? each.label }));
  return html`<span class="phrase">${select({ host, id: leaf.id, field: "op", label: w("how_often") }, String(leaf.data.op ?? ""), options, pick)}
    ${now ? operandInput(host, leaf, now, "number", "", []) : nothing}<span class="word">${w("times")}</span></span>`;
}
