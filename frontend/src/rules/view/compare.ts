// The comparison of a leaf: operator and operand, or the two verbs of a flag.
import { type TemplateResult, html, nothing } from "lit";
import type { Host } from "../host";
import { criterionOf, holds, isClosed, kindOf, operand, operatorsOf, subjectOf, valuesOf } from "../leaf";
import type { Criterion, Json, Kind, Leaf, Operator } from "../types";
import { isPlain, listOf } from "../values";
import { type Option, dateInput, numberInput, optionsOf, pickedValues, plainInput, select, textInput, valuesInput } from "./controls";

export function verbSelect(host: Host, leaf: Leaf, criterion: Criterion): TemplateResult | null {
  const yes = holds(leaf, criterion);
  if (!criterion.verbs || yes === null) return null;
  const [does, not] = criterion.verbs;
  const at = { host, id: leaf.id, field: "op", label: host.w("comparison") };
  const options = [{ value: "true", label: does }, { value: "false", label: not }];
  return select(at, String(yes), options, (picked) =>
    host.edit(leaf, { ...leaf.data, op: "eq", value: picked === "true" }),
  );
}

export function compare(host: Host, leaf: Leaf, criterion: Criterion): TemplateResult {
  const kind = kindOf(host.v, leaf);
  const fit = operatorsOf(host.v, leaf);
  const name = String(leaf.data.op ?? criterion.op ?? "");
  const op = fit.find((each) => each.name === name) ?? host.v.operators.find((each) => each.name === name);
  const options = [...new Set([...fit, ...(op ? [op] : [])])].map(optionOf(host, fit));
  const pick = (picked: string) => {
    const next = host.v.operators.find((each) => each.name === picked)!;
    host.edit(leaf, { ...leaf.data, op: picked, value: operand(next, kind, leaf.data.value ?? null) });
  };
  return html`${select({ host, id: leaf.id, field: "op", label: host.w("comparison") }, name, options, pick)}
  ${op ? operandInput(host, leaf, op, kind, criterion.unit, valuesOf(host.v, leaf)) : nothing}`;
}

/** Of many kinds of operators, each under what it takes the text for. */
const optionOf = (host: Host, fit: Operator[]) => ({ name, label, reads }: Operator): Option => {
  if (!fit.some((each) => each.reads) || !fit.some((each) => !each.reads)) return { value: name, label };
  return { value: name, label, group: reads ? host.w(`reads_${reads}`) : host.w("reads_other") };
};

/** The input of `leaf.data.value`, as the operator takes it. */
export function operandInput(host: Host, leaf: Leaf, op: Operator, kind: Kind | null, unit: string, suggestions: string[]): TemplateResult | typeof nothing {
  const set = (value: Json) => host.edit(leaf, { ...leaf.data, value });
  const subject = subjectOf(host.v, criterionOf(host.v, leaf.type), leaf.data);
  if (subject && isClosed(subject)) {
    const at = { host, id: leaf.id, field: "value", label: host.w(op.takes === "list" ? "values" : "value") };
    if (op.takes === "list") return pickedValues(at, listOf(leaf.data.value), subject, set);
    if (op.takes === "scalar") return select(at, isPlain(leaf.data.value) ? String(leaf.data.value) : "", optionsOf(subject), set);
  }
  return valueInput(host, leaf.id, "value", leaf.data.value ?? null, op, kind, unit, suggestions, set);
}

export function valueInput(
  host: Host, id: number, field: string, value: Json, op: Operator, kind: Kind | null, unit: string,
  suggestions: string[], set: (value: Json) => void,
): TemplateResult | typeof nothing {
  const { w } = host;
  const at = { host, id, field, label: w("value") };
  switch (op.takes) {
    case "nothing":
      return nothing;
    case "number":
      return numberInput(at, typeof value === "number" ? value : null, unit, set);
    case "date":
      return dateInput(at, typeof value === "string" ? value : "", (date) => set(date || null));
    case "days":
      return numberInput(at, typeof value === "number" ? value : null, "", set);
    case "text":
    case "version":
      return textInput(at, typeof value === "string" ? value : "", suggestions, (text) => set(text.trim() || null));
    case "list":
      return valuesInput({ ...at, label: w("values") }, listOf(value), kind, suggestions, set);
    case "pair": {
      const [low, high] = Array.isArray(value) ? value : [null, null];
      const numbers = [low, high].map((each) => (typeof each === "number" ? each : null));
      return html`${numberInput({ ...at, label: w("low") }, numbers[0]!, unit, (typed) => set([typed, numbers[1]!]))}
        <span class="word">${w("and")}</span>
        ${numberInput({ ...at, field: `${field}/1`, label: w("high") }, numbers[1]!, unit, (typed) => set([numbers[0]!, typed]))}`;
    }
    default:
      return plainInput(at, isPlain(value) ? value : null, kind, unit, suggestions, set);
  }
}
