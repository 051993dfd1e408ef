// Beside the builder: how many people, how they can be reached, some of them; and every other state.
import { type TemplateResult, html, nothing } from "lit";
import { styleMap } from "lit/directives/style-map.js";
import type { Failure } from "../counter";
import type { Preview, Someone } from "../types";
import type { Words } from "../words";
import { symbol } from "./controls";

/** `busy`: a newer draft is being counted. */
export interface Shown {
  w: Words;
  locale: string;
  preview: Preview | null;
  failure: Failure | null;
  busy: boolean;
  /** How many parts have something wrong with them. */
  wrong: number;
  retry(): void;
  goToProblem(): void;
}

const number = (shown: Shown, value: number): string => new Intl.NumberFormat(shown.locale).format(value);

export const percent = (locale: string, share: number): string =>
  new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(share);

/** What a screen reader hears when the answer has come. */
export function spoken(shown: Shown): string {
  const { w, preview, failure, wrong } = shown;
  if (failure) return w(`failed_${failure}`);
  if (!preview) return "";
  if (preview.unavailable) return preview.unavailable;
  if (wrong) return w("n_to_mend", { n: wrong });
  if (preview.people === null || preview.at_most === null) return "";
  const people = number(shown, preview.people);
  if (preview.at_most > preview.people || preview.problems.length) return w("counted_later");
  const share = preview.total ? preview.people / preview.total : 0;
  return w("people_said", { people, share: percent(shown.locale, share) });
}

export function panel(shown: Shown): TemplateResult {
  const { w, busy } = shown;
  return html`<aside class="panel ${busy ? "busy" : ""}" aria-label=${w("audience")} aria-busy=${String(busy)}>
    <h2>${w("audience")}</h2>
    ${content(shown)}
  </aside>`;
}

function content(shown: Shown): TemplateResult {
  const { w, preview, failure, wrong } = shown;
  if (failure) return failed(shown);
  if (!preview) return waiting();
  if (preview.unavailable) return note("hourglass_empty", preview.unavailable);
  if (wrong) {
    return html`${note("edit_note", w("n_to_mend", { n: wrong }), "warn")}
      <button type="button" class="plain" @click=${() => shown.goToProblem()}>${w("go_there")}</button>`;
  }
  return preview.people === null ? waiting() : counted(shown, preview, preview.people, preview.at_most ?? preview.people);
}

function failed(shown: Shown): TemplateResult {
  const kind = shown.failure!;
  return html`${note(kind === "session" ? "lock" : "cloud_off", shown.w(`failed_${kind}`), "bad")}
    <button type="button" class="plain" @click=${() => shown.retry()}>${shown.w("try_again")}</button>`;
}

const note = (icon: string, text: string, tone = ""): TemplateResult =>
  html`<div class="note ${tone}">${symbol(icon)}<p>${text}</p></div>`;

const waiting = (): TemplateResult =>
  html`<div class="skeleton" aria-hidden="true"><i class="big"></i><i></i><i></i><i></i><i></i></div>`;

function counted(shown: Shown, preview: Preview, people: number, atMost: number): TemplateResult {
  const { w } = shown;
  const isLater = preview.problems.some((each) => each.level === "pending");
  if (isLater) return later(shown, preview, people, atMost);
  const share = preview.total ? people / preview.total : 0;
  return html`<p class="count"><b>${number(shown, people)}</b> <span>${w("share_of_all", { share: percent(shown.locale, share) })}</span></p>
    ${bar(share)}
    ${people ? html`${reach(shown, preview, people)}${sample(shown, preview)}` : note("person_off", w("nobody"))}
    ${foot(shown, preview)}`;
}

/** Some part is not computed yet: between what numbers, or nothing at all. */
function later(shown: Shown, preview: Preview, people: number, atMost: number): TemplateResult {
  const { w } = shown;
  const range = { low: number(shown, people), high: number(shown, atMost) };
  const says = people === 0 ? w("at_most", range) : w("from_to", range);
  return html`${note("schedule", w("counted_later"), "info")}
    ${atMost < preview.total || people > 0 ? html`<p class="small">${says}</p>` : nothing}
    ${foot(shown, preview)}`;
}

const bar = (share: number, look = ""): TemplateResult =>
  html`<span class="bar ${look}" aria-hidden="true"><i style=${styleMap({ width: `${Math.min(share, 1) * 100}%` })}></i></span>`;

function reach(shown: Shown, preview: Preview, people: number): TemplateResult {
  return html`<h3>${shown.w("reachable_by")}</h3>
    <ul class="reach">${preview.reach.map(
      (each) => html`<li><span>${each.label}</span>${bar(each.people / people)}<b>${number(shown, each.people)}</b></li>`,
    )}</ul>`;
}

function sample(shown: Shown, preview: Preview): TemplateResult {
  const { w } = shown;
  if (preview.sample === null) return html`<p class="small">${w("no_sample")}</p>`;
  return html`<div class="heading"><h3>${w("sample")}</h3><span class="small">${preview.score_label}</span></div>
    <ul class="sample">${preview.sample.map((each) => someone(shown, each))}</ul>`;
}

const someone = (shown: Shown, each: Someone): TemplateResult => html`<li>
  <span class="face" aria-hidden="true">${each.named ? [...each.name][0] : symbol("person")}</span>
  <span class="who"><a href=${each.url} target="_blank" rel="noopener">${each.name}</a><small>${each.details.join(" · ")}</small></span>
  <span class="score ${each.high ? "high" : ""}" title=${each.high ? shown.w("top_fifth") : nothing}>${each.score === null
    ? "—"
    : new Intl.NumberFormat(shown.locale, { maximumFractionDigits: 2 }).format(each.score)}${each.high
    ? html`<span class="hidden"> ${shown.w("top_fifth")}</span>`
    : nothing}</span>
</li>`;

const foot = (shown: Shown, preview: Preview): TemplateResult =>
  html`<p class="foot"><span>${shown.w("as_of", { moment: preview.as_of })}</span><span>${shown.w("took", { ms: Math.round(preview.took_ms) })}</span></p>`;
