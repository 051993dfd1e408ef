// <zx-rules>: the builder over a textarea. The textarea stays what the form sends.
import { LitElement, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { Counter, type Answer } from "./counter";
import { Finder } from "./finder";
import type { Focus, Host, Placed } from "./host";
import { append, drop, duplicate, find, fitsIn, move, neighbour, position, remove, replace } from "./moves";
import { styles } from "./styles";
import { group, placeOf, read, write } from "./tree";
import type { Data, Group, Json, Leaf, Part, Preview, Vocabulary } from "./types";
import { groupView } from "./view/part";
import { type Shown, panel, spoken } from "./view/panel";
import { type Words, speaker } from "./words";

const UNDO_STEPS = 50;

export class ZxRules extends LitElement implements Host {
  static override styles = styles;

  v!: Vocabulary;
  w!: Words;
  root: Group = group();
  dragged: number | null = null;
  private area!: HTMLTextAreaElement;
  private counter!: Counter;
  private finder!: Finder;
  private places = new Map<string, number>();
  private problems = new Map<number, Placed[]>();
  private typed = new Set<string>();
  private history: Group[] = [];
  private edited: number | null = null;
  private preview: Preview | null = null;
  private failure: Shown["failure"] = null;
  private busy = false;
  private said = "";
  private copied = false;
  private focusNext: Focus | null = null;

  constructor() {
    super();
    this.addEventListener("keydown", keepTyping);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.area = document.getElementById(this.getAttribute("for") ?? "") as HTMLTextAreaElement;
    this.v = json(this.getAttribute("vocabulary")) as unknown as Vocabulary;
    this.w = speaker(this.v.words);
    const root = read(json(this.getAttribute("condition")));
    if (!root) return; // what stands in the textarea is no condition: it is left to be seen
    this.area.hidden = true;
    this.area.style.display = "none";
    this.root = root;
    this.counter = new Counter(this.getAttribute("preview") ?? "", this.getAttribute("key") ?? "", () =>
      this.area.form?.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "");
    this.finder = new Finder(this.getAttribute("names") ?? "");
    this.count();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.counter?.stop();
    this.finder?.stop();
  }

  // ---- what the views ask ----------------------------------------------------------------------

  problemsOf(id: number): Placed[] {
    return this.problems.get(id) ?? [];
  }

  isTyping(key: string): boolean {
    return this.typed.has(key);
  }

  typing(key: string, yes: boolean): void {
    if (yes) this.typed.add(key);
    else this.typed.delete(key);
    const id = Number(key.split(":")[0]);
    this.focusNext = yes ? { id, key } : null;
    this.requestUpdate();
  }

  find(kind: string, text: string): void {
    this.finder.ask(kind, text, (found) => {
      const known = (this.v.choices[kind] ??= []);
      known.push(...found.filter((each) => !known.some((other) => other.name === each.name)));
      this.requestUpdate();
    });
  }

  change(root: Group, focus?: Focus, said?: string): void {
    this.history = [...this.history.slice(-UNDO_STEPS), this.root];
    this.edited = null;
    this.become(root, focus, said);
  }

  /** Letter after letter in one condition is one step back. */
  edit(leaf: Leaf, data: Data, more: Partial<Leaf> = {}): void {
    const root = replace<Leaf>(this.root, leaf.id, (old) => ({ ...old, ...more, data }));
    if (this.edited === leaf.id) this.become(root);
    else this.change(root);
    this.edited = leaf.id;
  }

  add(into: Group, part: Part): void {
    this.change(append(this.root, into.id, part), { id: part.id }, this.w("added"));
  }

  duplicate(part: Part): void {
    const made = duplicate(this.root, part.id);
    if (made) this.change(made.root, { id: made.copy.id }, this.w("duplicated"));
  }

  discard(part: Part): void {
    const next = neighbour(this.root, part.id);
    this.change(remove(this.root, part.id), { id: next }, this.w("deleted"));
  }

  move(part: Part, step: -1 | 1): void {
    const moved = move(this.root, part.id, step, fitsIn(this.v.max_depth));
    const key = `${part.id}:${step < 0 ? "up" : "down"}`;
    if (!moved) return this.say(this.w("no_further"));
    this.change(moved, { id: part.id, key }, this.w("moved_to", { n: position(moved, part.id) }));
  }

  drag(id: number | null): void {
    this.dragged = id;
    this.requestUpdate();
  }

  drop(target: number, where: "before" | "after" | "into"): void {
    const moved = this.dragged === null ? null : drop(this.root, this.dragged, target, where);
    const id = this.dragged;
    this.dragged = null;
    if (moved && id !== null && fitsIn(this.v.max_depth)(moved)) {
      this.change(moved, { id }, this.w("moved_to", { n: position(moved, id) }));
    } else this.requestUpdate();
  }

  // ---- the draft, and what is said of it ---------------------------------------------------------

  private become(root: Group, focus?: Focus, said?: string): void {
    this.root = root;
    this.focusNext = focus ?? null;
    this.copied = false;
    if (said) this.say(said);
    const { document } = write(root, this.v.version);
    this.area.value = JSON.stringify(document);
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.count();
    this.requestUpdate();
  }

  private undo(): void {
    const root = this.history.pop();
    this.edited = null;
    if (root) this.become(root, { id: root.id }, this.w("undone"));
  }

  private count(): void {
    const { document, places } = write(this.root, this.v.version);
    this.places = places;
    this.busy = true;
    this.counter.ask(document, (answer) => this.answered(answer));
  }

  private answered(answer: Answer): void {
    this.busy = false;
    if ("failure" in answer) this.failure = answer.failure;
    else {
      this.failure = null;
      this.preview = answer.preview;
      this.place(answer.preview);
    }
    this.say(spoken(this.shown()));
    this.requestUpdate();
  }

  /** Each problem at the part that it is about; what has no place of its own, at the root. */
  private place({ problems }: Preview): void {
    this.problems = new Map();
    for (const each of problems) {
      const { id, field } = placeOf(each.pointer, this.places) ?? { id: this.root.id, field: "" };
      this.problems.set(id, [...this.problemsOf(id), { ...each, field }]);
    }
  }

  private say(text: string): void {
    this.said = text;
    this.requestUpdate();
  }

  private wrongParts(): number[] {
    return [...this.problems].filter(([, found]) => found.some((each) => each.level !== "pending")).map(([id]) => id);
  }

  private shown(): Shown {
    return {
      w: this.w, locale: document.documentElement.lang || "en", preview: this.preview, failure: this.failure,
      busy: this.busy, wrong: this.wrongParts().length,
      retry: () => {
        this.failure = null;
        this.count();
        this.requestUpdate();
      },
      goToProblem: () => {
        const first = [...this.places.values()].find((id) => this.wrongParts().includes(id));
        const wrong = first && this.elementOf(first)?.querySelector<HTMLElement>("[aria-invalid=true]");
        if (wrong) wrong.focus();
        else if (first) this.focusPart({ id: first });
      },
    };
  }

  // ---- drawing -----------------------------------------------------------------------------------

  override render(): TemplateResult | typeof nothing {
    if (!this.counter) return nothing;
    const { w } = this;
    return html`<div class="builder">
        <div class="main">
          ${groupView(this, this.root)}
          <div class="summary" aria-label=${w("summary")} role="group"><b>${w("summary")}</b>
            <span class=${this.busy ? "dim" : ""}>${this.preview?.sentence || w("no_sentence")}</span></div>
          ${this.tools()}
        </div>
        ${panel(this.shown())}
      </div>
      <p class="hidden" role="status" aria-live="polite">${this.said}</p>`;
  }

  private tools(): TemplateResult {
    const { w } = this;
    const text = JSON.stringify(write(this.root, this.v.version).document, null, 2);
    const copy = async () => {
      await navigator.clipboard?.writeText(text);
      this.copied = true;
      this.say(w("copied"));
    };
    return html`<div class="tools">
      <button type="button" class="plain" ?disabled=${!this.history.length} @click=${() => this.undo()}>${w("undo")}</button>
      <details><summary>${w("as_json")}</summary>
        <div class="json"><pre tabindex="0" aria-label=${w("as_json")}>${text}</pre>
        <button type="button" class="plain" @click=${copy}>${w(this.copied ? "copied" : "copy")}</button></div>
      </details></div>`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const focus = this.focusNext;
    this.focusNext = null;
    if (focus && find(this.root, focus.id)) this.focusPart(focus);
  }

  private elementOf(id: number): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(`[data-id="${id}"]`);
  }

  private focusPart({ id, key }: Focus): void {
    const part = this.elementOf(id);
    const own = part?.querySelector<HTMLElement>(".body select, .body input, .head select");
    const wanted = key ? this.renderRoot.querySelector<HTMLElement>(`[data-key="${key}"]`) : null;
    (wanted ?? own ?? part?.querySelector<HTMLElement>("button"))?.focus();
  }
}

/** The page has one-letter shortcuts and cannot see that somebody types in a shadow tree. */
function keepTyping(event: KeyboardEvent): void {
  const [target] = event.composedPath();
  const isTyped = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isTyped && (target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) event.stopPropagation();
}

function json(id: string | null): Json {
  return JSON.parse(document.getElementById(id ?? "")?.textContent || "null") as Json;
}
