// "where property is value": which events of the name count.
import { type TemplateResult, html } from "lit";
import type { Host } from "../host";
import { operand, operatorsFor } from "../leaf";
import type { Data, Json, Operator, Property } from "../types";
import { nameSelect, propertyOptions, select, symbol } from "./controls";
import { valueInput } from "./compare";

const filtersOf = (json: Json | undefined): Data[] => (Array.isArray(json) ? (json as Data[]) : []);

export function filterInputs(host: Host, id: number, field: string, json: Json | undefined, properties: Property[], set: (filters: Json[]) => void): TemplateResult {
  const filters = filtersOf(json);
  const change = (i: number, filter: Data) => set(filters.map((each, j) => (i === j ? filter : each)));
  return html`${filters.map((filter, i) =>
      one(host, id, `${field}/${i}`, filter, i, properties, (changed) => change(i, changed), () =>
        set(filters.filter((_each, j) => j !== i)),
      ),
    )}
    <button type="button" class="add small" data-key="${id}:${field}/add" @click=${() => set([...filters, begun(host, properties)])}>
      ${symbol("add")}${host.w("add_filter")}
    </button>`;
}

function begun(host: Host, properties: Property[]): Data {
  const [first] = properties;
  const [op] = operatorsFor(host.v.filter_operators, first?.kind ?? "text");
  return suited(op, first, { property: first?.name ?? null, op: op?.name ?? null, value: null });
}

const suited = (op: Operator | undefined, property: Property | undefined, filter: Data): Data =>
  op ? { ...filter, value: operand(op, property?.kind ?? null, filter.value ?? null) } : filter;

function one(
  host: Host, id: number, field: string, filter: Data, i: number, properties: Property[],
  set: (filter: Data) => void, remove: () => void,
): TemplateResult {
  const { w, v } = host;
  const known = properties.find((each) => each.name === filter.property);
  const fit = operatorsFor(v.filter_operators, known?.kind ?? null);
  const op = v.filter_operators.find((each) => each.name === (filter.op ?? "eq"));
  const at = (name: string, label: string) => ({ host, id, field: `${field}/${name}`, label });
  const rename = (name: string) => {
    const next = properties.find((each) => each.name === name);
    const able = operatorsFor(v.filter_operators, next?.kind ?? null);
    const kept = able.find((each) => each.name === op?.name) ?? able[0];
    set(suited(kept, next, { property: name, op: kept?.name ?? null, value: null }));
  };
  const compare = (name: string) =>
    set(suited(v.filter_operators.find((each) => each.name === name), known, { ...filter, op: name }));
  return html`<span class="filter" role="group" aria-label=${w("filter_n", { n: i + 1 })}>
    <span class="word">${i ? w("and") : w("where")}</span>
    ${nameSelect(at("property", w("property")), String(filter.property ?? ""), propertyOptions(properties), true, rename, "")}
    ${select(at("op", w("comparison")), String(op?.name ?? filter.op ?? ""), fit.map((each) => ({ value: each.name, label: each.label })), compare)}
    ${op ? valueInput(host, id, `${field}/value`, filter.value ?? null, op, known?.kind ?? null, "", known?.values ?? [], (value) => set({ ...filter, value })) : ""}
    <button type="button" class="tiny" aria-label=${w("remove_filter", { n: i + 1 })} @click=${remove}>×</button>
  </span>`;
}
