// The builder's inputs: labelled, marked where they are wrong, and of one look.
import { type TemplateResult, html, nothing } from "lit";
import { type Host, isWrong } from "../host";
import type { Choice, Kind, Plain, Property } from "../types";
import { listOf, merged, parseList, parseNumber, parsePlain, toShown, toStored } from "../values";
import { quiet } from "./quiet";

export interface Option {
  value: string;
  label: string;
  group?: string;
}

/** Which input it is: of which part, which field, and how it is called. */
export interface At {
  host: Host;
  id: number;
  field: string;
  label: string;
}

export const keyOf = ({ id, field }: At): string => `${id}:${field}`;

const problemsId = (id: number): string => `problems-${id}`;

const marks = (at: At) => {
  const wrong = isWrong(at.host, at.id, at.field);
  return { wrong: wrong ? "true" : "false", told: wrong ? problemsId(at.id) : nothing };
};

export function select(at: At, value: string, options: Option[], pick: (value: string) => void, look = ""): TemplateResult {
  const { wrong, told } = marks(at);
  const all = options.some((each) => each.value === value) || !value ? options : [{ value, label: value }, ...options];
  const option = (each: Option) =>
    html`<option value=${each.value} .selected=${each.value === value}>${each.label}</option>`;
  const groups = [...new Set(all.map((each) => each.group ?? ""))];
  return html`<select
    class=${look} data-key=${keyOf(at)} aria-label=${at.label} aria-invalid=${wrong} aria-describedby=${told}
    @change=${(event: Event) => pick((event.target as HTMLSelectElement).value)}
  >
    ${value === "" && !options.some((each) => !each.value)
      ? html`<option value="" .selected=${true} disabled>${at.host.w("choose")}</option>`
      : nothing}
    ${groups.map((name) => {
      const mine = all.filter((each) => (each.group ?? "") === name).map(option);
      return name ? html`<optgroup label=${name}>${mine}</optgroup>` : mine;
    })}
  </select>`;
}

export function numberInput(at: At, value: number | null, unit: string, set: (value: number | null) => void): TemplateResult {
  const { wrong, told } = marks(at);
  const text = value === null ? "" : String(toShown(value, unit));
  return html`<input
      type="number" step="any" inputmode="decimal" class="number" data-key=${keyOf(at)}
      aria-label=${unit === "share" ? at.host.w("in_percent", { label: at.label }) : at.label}
      aria-invalid=${wrong} aria-describedby=${told} ${quiet(text)}
      @input=${(event: Event) => {
        const typed = parseNumber((event.target as HTMLInputElement).value);
        set(typed === null ? null : toStored(typed, unit));
      }}
    />${unit === "share" ? html`<span class="word">%</span>` : nothing}`;
}

export function dateInput(at: At, value: string, set: (date: string) => void): TemplateResult {
  const { wrong, told } = marks(at);
  return html`<input
      type="date" class="date" data-key=${keyOf(at)} aria-label=${at.label} aria-invalid=${wrong} aria-describedby=${told}
      ${quiet(value)} @input=${(event: Event) => set((event.target as HTMLInputElement).value)}
    />`;
}

export function textInput(at: At, value: string, suggestions: string[], set: (text: string) => void): TemplateResult {
  const { wrong, told } = marks(at);
  const list = `list-${keyOf(at)}`;
  return html`<input
      type="text" class="text" autocomplete="off" data-key=${keyOf(at)} aria-label=${at.label}
      aria-invalid=${wrong} aria-describedby=${told} list=${suggestions.length ? list : nothing} ${quiet(value)}
      @input=${(event: Event) => set((event.target as HTMLInputElement).value)}
    />${datalist(list, suggestions)}`;
}

const datalist = (id: string, values: string[]) =>
  values.length ? html`<datalist id=${id}>${values.map((each) => html`<option value=${each}></option>`)}</datalist>` : nothing;

/** Several values: a chip each, and an input that adds on Enter, comma or leaving it. */
export function valuesInput(at: At, values: Plain[], kind: Kind | null, suggestions: string[], set: (values: Plain[]) => void): TemplateResult {
  const { w } = at.host;
  const { wrong, told } = marks(at);
  const list = `list-${keyOf(at)}`;
  const take = (input: HTMLInputElement) => {
    const more = parseList(input.value, kind);
    input.value = "";
    if (more.length) set(merged(values, more));
  };
  const typed = (event: KeyboardEvent) => {
    const input = event.target as HTMLInputElement;
    if (event.isComposing) return;
    if (event.key === "Enter" || event.key === "," || event.key === "，") {
      event.preventDefault();
      take(input);
    } else if (event.key === "Backspace" && !input.value && values.length) set(values.slice(0, -1));
  };
  // A value picked from the list arrives whole, without a key.
  const picked = (event: InputEvent) => {
    const input = event.target as HTMLInputElement;
    if (event.inputType === "insertReplacementText" || !event.inputType) take(input);
  };
  return html`<span class="values" role="group" aria-label=${at.label}>
    ${values.map((each) => chip(at, String(each), () => set(values.filter((other) => other !== each))))}
    <input
      type="text" autocomplete="off" data-key=${keyOf(at)} aria-label=${w("add_value", { label: at.label })}
      placeholder=${values.length ? "" : w("add_value_hint")} aria-invalid=${wrong} aria-describedby=${told}
      list=${suggestions.length ? list : nothing}
      @keydown=${typed} @input=${picked} @change=${(event: Event) => take(event.target as HTMLInputElement)}
    />${datalist(list, suggestions.filter((each) => !values.includes(each)))}
  </span>`;
}

export const optionsOf = ({ labels }: Choice): Option[] => Object.entries(labels).map(([value, label]) => ({ value, label }));

/** Several of the only values that there are: a chip each, and a list of the others. */
export function pickedValues(at: At, values: Plain[], subject: Choice, set: (values: Plain[]) => void): TemplateResult {
  const { w } = at.host;
  const { wrong } = marks(at);
  const label = w("add_value", { label: at.label });
  const others = optionsOf(subject).filter((each) => !values.includes(each.value));
  return html`<span class="values" role="group" aria-label=${at.label} data-invalid=${wrong}>
    ${values.map((each) => chip(at, subject.labels[String(each)] ?? String(each), () => set(values.filter((other) => other !== each))))}
    ${others.length ? select({ ...at, label }, "", [{ value: "", label: w("add_value_hint") }, ...others], (picked) => picked && set([...values, picked])) : nothing}
  </span>`;
}

const chip = (at: At, text: string, remove: () => void): TemplateResult =>
  html`<span class="value">${text}<button type="button" class="tiny" aria-label=${at.host.w("remove_value", { value: text })} @click=${remove}>×</button></span>`;

/** yes or no */
export const flagSelect = (at: At, value: boolean, set: (value: boolean) => void): TemplateResult =>
  select(
    at, String(value),
    [{ value: "true", label: at.host.w("yes") }, { value: "false", label: at.host.w("no") }],
    (picked) => set(picked === "true"),
  );

/** One value of a kind; of an unknown kind, a text that may be a number. */
export function plainInput(at: At, value: Plain | null, kind: Kind | null, unit: string, suggestions: string[], set: (value: Plain | null) => void): TemplateResult {
  // What is stored is shown, even where it is of another kind. A flag may be stored as 1 or 0.
  if (kind === "flag" && (value === null || [true, false, 0, 1].includes(value as number))) return flagSelect(at, Boolean(value), set);
  if (kind === "number" && (value === null || typeof value === "number")) return numberInput(at, value, unit, set);
  return textInput(at, value === null ? "" : String(value), suggestions, (text) => set(parsePlain(text, kind === "text" ? kind : null)));
}

const OTHER = "\u0000other";

/** A name out of a list, or one that is typed. `other`: whether it may be; a kind of choices: it is
 *  searched among all of them. */
export function nameSelect(at: At, value: string, names: Option[], other: boolean | string, pick: (name: string) => void, look = "strong"): TemplateResult {
  const { host } = at;
  const key = keyOf(at);
  if (host.isTyping(key)) return typedName(at, value, names, typeof other === "string" ? other : "", pick);
  const isListed = !value || names.some((each) => each.value === value);
  const listed = isListed ? names : [...names, { value, label: host.w("unseen", { name: value }) }];
  const more = other ? [...listed, { value: OTHER, label: typeof other === "string" ? host.w("search") : host.w("type_a_name") }] : listed;
  if (!more.length) return html`<span class="none">${host.w("none_yet")}</span>`;
  return select(at, value, more, (picked) => (picked === OTHER ? host.typing(key, true) : pick(picked)), look);
}

/** `searched`: the kind of choices that are looked for while one types; empty: none. */
function typedName(at: At, value: string, names: Option[], searched: string, pick: (name: string) => void): TemplateResult {
  const { host } = at;
  const done = (event: Event) => {
    const text = (event.target as HTMLInputElement).value.trim();
    const found = names.find((each) => each.value === text) ?? names.find((each) => each.label.toLowerCase() === text.toLowerCase());
    host.typing(keyOf(at), false);
    if (text && text !== value) pick(found?.value ?? text);
  };
  const list = `list-${keyOf(at)}`;
  return html`<input
      type="text" class="text" autocomplete="off" data-key=${keyOf(at)} aria-label=${at.label}
      placeholder=${searched ? host.w("search") : host.w("type_a_name")} list=${list} @blur=${done}
      @input=${(event: Event) => searched && host.find(searched, (event.target as HTMLInputElement).value)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === "Escape") (event.target as HTMLInputElement).value = "";
        if (event.key === "Enter" || event.key === "Escape") (event.target as HTMLInputElement).blur();
      }}
    />${datalist(list, names.map((each) => (searched ? each.label : each.value)))}`;
}

export const propertyOptions = (properties: Property[]): Option[] =>
  properties.map(({ name, label }) => ({ value: name, label }));

export const iconButton = (icon: string, label: string, act: () => void, more: { key?: string; off?: boolean; pressed?: boolean } = {}): TemplateResult =>
  html`<button
    type="button" class="icon" title=${label} aria-label=${label} data-key=${more.key ?? nothing} ?disabled=${more.off ?? false}
    aria-pressed=${more.pressed === undefined ? nothing : String(more.pressed)} @click=${act}
  ><span class="symbol" aria-hidden="true">${icon}</span></button>`;

export const symbol = (name: string): TemplateResult => html`<span class="symbol" aria-hidden="true">${name}</span>`;

export const asList = listOf;
