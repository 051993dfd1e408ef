// Any criterion: an input for each of its fields, as the vocabulary describes them.
import { type TemplateResult, html, nothing } from "lit";
import type { Host } from "../host";
import { choicesOf, compared, propertiesOf } from "../leaf";
import { isObject } from "../tree";
import type { Criterion, Data, Field, Json, Leaf } from "../types";
import { isPlain, listOf } from "../values";
import { type At, type Option, flagSelect, nameSelect, numberInput, propertyOptions, select, symbol, textInput, valuesInput } from "./controls";
import { compare, verbSelect } from "./compare";
import { filterInputs } from "./filters";
import { windowInput } from "./window";

export function genericEditor(host: Host, leaf: Leaf, criterion: Criterion): TemplateResult {
  const verbs = verbSelect(host, leaf, criterion);
  const edit = (field: Field, value: Json) => {
    const data = { ...leaf.data, [field.name]: value };
    // Another attribute is compared with values of its own.
    const isSubject = !criterion.compares && choicesOf(host.v, field.kind);
    host.edit(leaf, isSubject ? compared(host.v, { ...leaf, data: { ...data, value: null } }) : data);
  };
  return html`${verbs ?? nothing}
    ${criterion.fields.map((field) => fieldInput(host, leaf.id, field, field.name, leaf.data, criterion.title, (value) => edit(field, value)))}
    ${verbs ? nothing : html`<span class="phrase">${compare(host, leaf, criterion)}</span>`}`;
}

function fieldInput(host: Host, id: number, field: Field, path: string, data: Data, title: string, set: (value: Json) => void): TemplateResult {
  const at = { host, id, field: path, label: field.label || title };
  const own = field.kind === "window" || field.kind === "filters";
  const word = field.label && !own ? html`<span class="word">${field.label}</span>` : nothing;
  return html`<span class="phrase">${word}${input(at, field, data, set)}</span>`;
}

function input(at: At, field: Field, data: Data, set: (value: Json) => void): TemplateResult {
  const { host, id } = at;
  const value = data[field.name] ?? field.default;
  const text = isPlain(value) ? String(value) : "";
  const choices = choicesOf(host.v, field.kind);
  if (choices) return several(at, field, value, choices.map(({ name, label, seen }) => ({ value: name, label: seen ? label : host.w("unseen", { name: label }) })), set);
  switch (field.kind) {
    case "property":
      return nameSelect(at, text, propertyOptions(propertiesOf(host.v, data.event)), true, set);
    case "function":
      return select(at, text, host.v.functions.map(({ name, label }) => ({ value: name, label })), set);
    case "window":
      return windowInput(host, id, at.field, value, set);
    case "filters":
      return filterInputs(host, id, at.field, value, propertiesOf(host.v, data.event), set);
    case "option":
      return select(at, text, field.options.map((each) => ({ value: String(each), label: String(each) })), (picked) =>
        set(field.options.find((each) => String(each) === picked) ?? picked));
    case "number":
      return field.many ? valuesInput(at, listOf(value), "number", [], set) : numberInput(at, typeof value === "number" ? value : null, "", set);
    case "flag":
      return flagSelect(at, value === true, set);
    case "form":
      return form(at, field, isObject(value) ? value : {}, set);
    case "items":
      return items(at, field, Array.isArray(value) ? (value as Data[]) : [], set);
    default:
      return field.many ? valuesInput(at, listOf(value), "text", [], set) : textInput(at, text, [], (typed) => set(typed || null));
  }
}

/** A name of a list; where the field takes several, one after another. */
function several(at: At, field: Field, value: Json, options: Option[], set: (value: Json) => void): TemplateResult {
  const other = at.host.v.searched.includes(field.kind) ? field.kind : field.kind === "event" || field.kind === "attribute";
  if (field.single && !Array.isArray(value)) return nameSelect(at, isPlain(value) ? String(value) : "", options, other, set);
  const names = listOf(value);
  return html`${names.map((name, i) => {
    const here = { ...at, field: `${at.field}/${i}` };
    return html`${nameSelect(here, String(name), options, other, (picked) => set(names.map((each, j) => (j === i ? picked : each))))}<button
      type="button" class="tiny" aria-label=${at.host.w("remove_value", { value: String(name) })}
      @click=${() => set(names.filter((_each, j) => j !== i))}>×</button>`;
  })}<button type="button" class="tiny plus" aria-label=${at.host.w("add_value", { label: at.label })}
    @click=${() => set([...names, options.find((each) => !names.includes(each.value))?.value ?? ""])}>+</button>`;
}

/** A small form within the sentence. */
const form = ({ host, id, field: path, label }: At, { fields }: Field, data: Data, set: (value: Json) => void): TemplateResult =>
  html`${fields.map((inner) => fieldInput(host, id, inner, `${path}/${inner.name}`, data, inner.label || label, (value) => set({ ...data, [inner.name]: value })))}`;

/** A list of small forms, one below the other. */
function items(at: At, field: Field, values: Data[], set: (value: Json) => void): TemplateResult {
  const { host, id } = at;
  const change = (i: number, name: string, value: Json) =>
    set(values.map((each, j) => (j === i ? { ...each, [name]: value } : each)));
  return html`<span class="items">${values.map(
      (each, i) => html`<span class="filter" role="group" aria-label="${at.label} ${i + 1}"><span class="word">${i + 1}</span>
        ${field.fields.map((inner) => fieldInput(host, id, inner, `${at.field}/${i}/${inner.name}`, each, at.label, (value) => change(i, inner.name, value)))}
        <button type="button" class="tiny" aria-label=${host.w("remove_value", { value: String(i + 1) })}
          @click=${() => set(values.filter((_each, j) => j !== i))}>×</button></span>`,
    )}<button type="button" class="add small" @click=${() => set([...values, {}])}>${symbol("add")}${at.label}</button></span>`;
}
