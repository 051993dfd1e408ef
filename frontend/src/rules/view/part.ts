// Groups and leaves: the frame around each, its buttons, its problems.
import { type TemplateResult, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Host } from "../host";
import { criterionOf, fresh, retyped } from "../leaf";
import { depthOf, position, replace } from "../moves";
import { group } from "../tree";
import { type Criterion, type Family, type Group, type Leaf, type Part, isGroup } from "../types";
import { eventEditor, saysNot } from "./event";
import { genericEditor } from "./generic";
import { sequenceEditor } from "./sequence";
import { iconButton, select, symbol } from "./controls";

const EDITORS: Record<string, (host: Host, leaf: Leaf, criterion: Criterion) => TemplateResult> = { event: eventEditor, sequence: sequenceEditor };

export function groupView(host: Host, part: Group): TemplateResult {
  const { w, root } = host;
  const place = position(root, part.id);
  const modes = (["all", "any"] as const).map((mode) => ({ value: mode, label: w(mode) }));
  const set = (more: Partial<Group>) => host.change(replace<Group>(root, part.id, (each) => ({ ...each, ...more })));
  const name = `${place ? w("group_n", { n: place }) : w("whole")}: ${part.not ? `${w("exclude")} · ` : ""}${w(part.mode)}`;
  return html`<section class="group ${part.mode} ${part.not ? "not" : ""} ${look(host, part)}" role="group" aria-label=${name} data-id=${part.id}
      aria-describedby="problems-${part.id}">
    <div class="head">
      ${select({ host, id: part.id, field: "mode", label: place ? w("group_mode", { n: place }) : w("whole_mode") }, part.mode, modes, (mode) => set({ mode: mode as Group["mode"] }), `mode ${part.mode}`)}
      <label class="exclude"><input type="checkbox" data-key="${part.id}:not" .checked=${part.not}
        @change=${(event: Event) => set({ not: (event.target as HTMLInputElement).checked })} />${w("exclude")}</label>
      <span class="room"></span>
      ${place ? html`<div class="actions">${actions(host, part, w("group_n", { n: place }))}</div>` : nothing}
    </div>
    ${problems(host, part)}
    ${part.parts.length
      ? repeat(part.parts, (each) => each.id, (each, i) => html`${i ? chip(host, part) : nothing}${isGroup(each) ? groupView(host, each) : leafView(host, each)}`)
      : html`<p class="empty">${w(part.mode === "all" ? "empty_all" : "empty_any")}</p>`}
    ${adders(host, part)}
  </section>`;
}

const look = (host: Host, { id }: Part): string =>
  `${host.dragged === id ? "dragged" : ""} ${host.problemsOf(id).some((each) => each.level === "error") ? "has-error" : ""}`;

const chip = (host: Host, { mode }: Group): TemplateResult =>
  html`<p class="joint ${mode}" aria-hidden="true"><span>${host.w(mode === "all" ? "AND" : "OR")}</span></p>`;

function adders(host: Host, into: Group): TemplateResult {
  const { v, w, root } = host;
  const depth = depthOf(root, into.id);
  const isFull = depth + 1 > v.max_depth;
  const isDeep = depth + 2 > v.max_depth;
  const where = position(root, into.id) || w("whole");
  const over = (event: DragEvent) => host.dragged !== null && event.preventDefault();
  const button = (key: string, icon: string, title: string, off: boolean, made: () => Part) =>
    html`<button type="button" class="add" data-key="${into.id}:${key}" ?disabled=${off} title=${off ? w("too_deep", { n: v.max_depth }) : nothing}
      aria-label=${w("add_to", { title, where })} @click=${() => host.add(into, made())}>${symbol(icon)}${title}</button>`;
  return html`<div class="adds" @dragover=${over} @drop=${(event: DragEvent) => dropped(event, host, into, "into")}>
    ${v.families.map((each) => button(`add-${each.name}`, each.icon, each.title, isFull, () => fresh(v, each.criteria[0]!)))}
    ${button("add-group", "account_tree", w("add_group"), isDeep, () => group([], into.mode === "all" ? "any" : "all"))}
  </div>`;
}

export function leafView(host: Host, leaf: Leaf): TemplateResult {
  const { w, v, root } = host;
  const criterion = criterionOf(v, leaf.type);
  const family = v.families.find((each) => each.name === criterion?.family);
  const place = position(root, leaf.id);
  const title = criterion?.title ?? leaf.type;
  const not = leaf.not && !saysNot(leaf);
  const over = (event: DragEvent) => host.dragged !== null && host.dragged !== leaf.id && event.preventDefault();
  return html`<section class="leaf ${family?.tone ?? "slate"} ${not ? "not" : ""} ${look(host, leaf)}"
      role="group" aria-label="${w("condition_n", { n: place })}: ${title}" data-id=${leaf.id} aria-describedby="problems-${leaf.id}"
      @dragover=${over} @drop=${(event: DragEvent) => dropped(event, host, leaf, half(event))}>
    <div class="badge">${symbol(family?.icon ?? "help")}${titleOf(host, leaf, family, title)}</div>
    <div class="body">
      ${not ? html`<span class="negated">${w("not")}</span>` : nothing}
      ${criterion
        ? (EDITORS[criterion.editor] ?? genericEditor)(host, leaf, criterion)
        : html`<span class="none">${w("unknown_leaf", { type: leaf.type || "?" })}</span>`}
    </div>
    <div class="actions">${saysNot(leaf) ? nothing : negate(host, leaf, w("condition_n", { n: place }))}${actions(host, leaf, w("condition_n", { n: place }))}</div>
    ${problems(host, leaf)}
  </section>`;
}

/** Where a family has several criteria, the badge chooses between them. */
function titleOf(host: Host, leaf: Leaf, family: Family | undefined, title: string): TemplateResult {
  if (!family || family.criteria.length < 2) return html`<span class="title">${title}</span>`;
  const options = family.criteria.map((type) => ({ value: type, label: criterionOf(host.v, type)!.title }));
  const pick = (type: string) => host.change(replace<Leaf>(host.root, leaf.id, (old) => retyped(host.v, old, type)), { id: leaf.id, key: `${leaf.id}:type` });
  return select({ host, id: leaf.id, field: "type", label: host.w("kind_of_condition") }, leaf.type, options, pick, "title");
}

const negate = (host: Host, leaf: Leaf, name: string): TemplateResult =>
  iconButton("block", host.w("exclude_part", { name }), () => host.edit(leaf, leaf.data, { not: !leaf.not }), {
    key: `${leaf.id}:not`, pressed: leaf.not,
  });

const actions = (host: Host, part: Part, name: string): TemplateResult => html`${handle(host, part)}
  ${iconButton("arrow_upward", host.w("move_up", { name }), () => host.move(part, -1), { key: `${part.id}:up` })}
  ${iconButton("arrow_downward", host.w("move_down", { name }), () => host.move(part, 1), { key: `${part.id}:down` })}
  ${iconButton("content_copy", host.w("duplicate", { name }), () => host.duplicate(part), { key: `${part.id}:copy` })}
  ${iconButton("delete", host.w("delete", { name }), () => host.discard(part), { key: `${part.id}:delete` })}`;

/** For the mouse only: keys have the arrows among the actions. */
const handle = (host: Host, part: Part): TemplateResult =>
  html`<span class="handle symbol" aria-hidden="true" draggable="true" title=${host.w("drag")}
    @dragstart=${(event: DragEvent) => {
      event.dataTransfer!.setData("text/plain", "");
      event.dataTransfer!.effectAllowed = "move";
      host.drag(part.id);
    }} @dragend=${() => host.drag(null)}>drag_indicator</span>`;

function half(event: DragEvent): "before" | "after" {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return event.clientY < box.top + box.height / 2 ? "before" : "after";
}

function dropped(event: DragEvent, host: Host, target: Part, where: "before" | "after" | "into"): void {
  if (host.dragged === null) return;
  event.preventDefault();
  event.stopPropagation();
  host.drop(target.id, where);
}

function problems(host: Host, part: Part): TemplateResult {
  const found = host.problemsOf(part.id);
  return html`<ul class="problems" id="problems-${part.id}">${found.map(
    (each) => html`<li class=${each.level}>${symbol(each.level === "error" ? "error" : each.level === "pending" ? "schedule" : "edit")}
      <span>${each.message} ${each.fix ? html`<b>${each.fix}</b>` : nothing}</span></li>`,
  )}</ul>`;
}
