// On the studio's --zx-* and Unfold's --color-* variables, which reach into the shadow tree.
import { css } from "lit";

export const styles = css`
  :host {
    --blue: var(--zx-accent); --teal: #0d9488; --purple: #9333ea; --orange: #c2410c; --rose: #be123c; --slate: #475569; --green: #15803d;
    --warn-ink: color-mix(in oklab, var(--zx-warn) 80%, var(--zx-strong));
    display: block;
    container: rules / inline-size;
    color: var(--zx-text);
    font-size: 0.8125rem;
    line-height: 1.5;
  }
  :host([hidden]) { display: none; }
  *, ::before, ::after { box-sizing: border-box; }
  h2, h3, p, ul, pre { margin: 0; padding: 0; }
  ul { list-style: none; }
  button { font: inherit; color: inherit; cursor: pointer; }
  button:disabled { cursor: not-allowed; opacity: 0.45; }
  /* The form's bars stand over the page: what gets the focus is scrolled clear of them. */
  :is(button, select, input, summary, a, pre) { scroll-margin-block: 5rem 7rem; }
  :is(button, select, input, summary, a, pre):focus-visible { outline: 2px solid var(--zx-accent); outline-offset: 1px; }

  .symbol {
    display: inline-block; flex: none; overflow: hidden; width: 1em; height: 1em;
    font-family: "Material Symbols Outlined"; font-feature-settings: "liga"; font-size: 1.125rem; font-weight: 400;
    letter-spacing: normal; line-height: 1; text-transform: none; white-space: nowrap; direction: ltr;
  }
  .hidden {
    position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
  .room { flex: 1; }

  /* ---- frame ---- */
  .builder { display: grid; grid-template-columns: minmax(0, 1fr) 15.5rem; gap: 1rem; align-items: start; }
  .main { display: grid; gap: 0.75rem; min-width: 0; }

  /* ---- groups ---- */
  .group { padding: 0.75rem; border: 1px solid var(--zx-border); border-radius: calc(var(--zx-radius) + 4px); background: var(--zx-surface); }
  .group .group { background: var(--zx-soft); }
  .group .group .group { background: var(--zx-surface); }
  .group .group .group .group { background: var(--zx-soft); }
  .group.not { border-color: var(--zx-bad-mark); border-style: dashed; }
  .head { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; margin-bottom: 0.625rem; }
  .exclude { display: inline-flex; align-items: center; gap: 0.375rem; color: var(--zx-subtle); font-size: 0.75rem; cursor: pointer; }
  .not > .head .exclude { color: var(--zx-bad); font-weight: 600; }
  .exclude input { width: 1rem; height: 1rem; margin: 0; accent-color: var(--zx-bad-mark); }
  .empty { padding: 0.625rem 0.75rem; border: 1px dashed var(--zx-border-strong); border-radius: var(--zx-radius); color: var(--zx-subtle); text-align: center; }
  .joint { display: flex; padding: 0.25rem 0 0.25rem 1.25rem; }
  .joint span {
    padding: 0 0.5rem; border-radius: 999px; background: var(--zx-info-soft); color: var(--zx-info);
    font-size: 0.6875rem; font-weight: 700; line-height: 1.125rem;
  }
  .joint.any span { background: var(--zx-warn-soft); color: var(--warn-ink); }

  /* ---- leaves ---- */
  .leaf {
    --tone: var(--slate);
    display: grid; grid-template-columns: 8.75rem minmax(0, 1fr) auto; gap: 0.25rem 0.75rem; align-items: start;
    padding: 0.625rem 0.625rem 0.625rem 0.5rem; border: 1px solid var(--zx-border); border-left: 3px solid var(--tone);
    border-radius: calc(var(--zx-radius) + 2px); background: var(--zx-surface);
  }
  .blue { --tone: var(--blue); } .teal { --tone: var(--teal); } .purple { --tone: var(--purple); }
  .orange { --tone: var(--orange); } .rose { --tone: var(--rose); } .slate { --tone: var(--slate); } .green { --tone: var(--green); }
  .leaf.dragged, .group.dragged { opacity: 0.5; }
  .badge { display: flex; align-items: center; gap: 0.25rem; min-width: 0; min-height: 2.125rem; color: var(--tone); font-size: 0.75rem; font-weight: 600; }
  .badge .symbol { font-size: 1rem; }
  .badge .title { min-width: 0; overflow-wrap: anywhere; }
  .handle { align-self: center; color: var(--zx-subtle); cursor: grab; opacity: 0.55; }
  .handle:hover { opacity: 1; }
  .body, .phrase, .filters, .items { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem; min-width: 0; }
  .phrase { flex-wrap: nowrap; }
  .phrase.names { flex-wrap: wrap; }
  .filters { flex-basis: 100%; }
  .items { flex-direction: column; align-items: flex-start; }
  .word { color: var(--zx-strong); white-space: nowrap; }
  .negated { padding: 0 0.5rem; border-radius: 999px; background: var(--zx-bad-soft); color: var(--zx-bad); font-size: 0.6875rem; font-weight: 700; line-height: 1.25rem; }
  .none { color: var(--zx-subtle); font-style: italic; }
  .filter { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0.3125rem; max-width: 100%; padding: 0.125rem 0.25rem 0.125rem 0.5rem; border-radius: var(--zx-radius); background: var(--zx-accent-soft); }
  /* One step of a sequence a line. */
  .step { display: flex; flex: 1 1 100%; flex-wrap: wrap; align-items: center; gap: 0.375rem; min-width: 0; }
  .filter .word { color: var(--zx-text); font-size: 0.75rem; }
  .actions { display: flex; }
  @media (hover: hover) {
    .actions > :is(.handle, .icon:not([aria-pressed="true"], [data-key$=":copy"], [data-key$=":delete"])) { opacity: 0.4; }
    :is(.leaf, .head):is(:hover, :focus-within) > .actions > * { opacity: 1; }
  }

  /* ---- inputs ---- */
  select, input:not([type="checkbox"]) {
    max-width: 100%; min-width: 0; height: 2.125rem; margin: 0; padding: 0 0.625rem; border: 1px solid var(--zx-border-strong);
    border-radius: var(--zx-radius); background: var(--zx-surface); color: var(--zx-strong); font: inherit; box-shadow: 0 1px 2px rgb(0 0 0 / 0.04);
  }
  select {
    padding-right: 1.625rem; field-sizing: content; text-overflow: ellipsis; appearance: none; cursor: pointer;
    background-image: linear-gradient(45deg, transparent 50%, currentColor 50%), linear-gradient(135deg, currentColor 50%, transparent 50%);
    background-position: calc(100% - 0.8125rem) 55%, calc(100% - 0.5625rem) 55%; background-repeat: no-repeat; background-size: 0.25rem 0.25rem;
  }
  select.strong { color: var(--zx-strong); font-weight: 600; }
  select.mode { color: var(--zx-accent-text); font-weight: 700; }
  select.mode.any { color: var(--zx-warn); }
  select.title {
    height: 1.75rem; padding: 0 1.25rem 0 0.125rem; border-color: transparent; background-color: transparent; box-shadow: none; color: var(--tone); font-weight: 600;
    background-position: calc(100% - 0.5625rem) 55%, calc(100% - 0.3125rem) 55%;
  }
  select.title:hover { border-color: var(--zx-border-strong); }
  option, optgroup { background: var(--zx-surface); color: var(--zx-strong); font-weight: 400; }
  input.number { field-sizing: content; width: auto; min-width: 4.25rem; max-width: 9rem; font-variant-numeric: tabular-nums; }
  input.text { field-sizing: content; width: auto; min-width: 9rem; }
  .filter :is(select, input:not([type="checkbox"])) { height: 1.875rem; padding-left: 0.5rem; }
  .filter input.text { min-width: 7rem; }
  :is(select, input)[aria-invalid="true"] { border-color: var(--zx-warn-mark); }
  .has-error :is(select, input)[aria-invalid="true"] { border-color: var(--zx-bad-mark); }
  .values {
    display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; max-width: 100%; min-height: 2.125rem; padding: 0.1875rem 0.3125rem;
    border: 1px solid var(--zx-border-strong); border-radius: var(--zx-radius); background: var(--zx-surface);
  }
  .values input:not([type="checkbox"]) { flex: 1 1 5rem; width: 5rem; height: 1.5rem; padding: 0 0.25rem; border: 0; background: none; box-shadow: none; }
  .values:focus-within { outline: 2px solid var(--zx-accent); outline-offset: 1px; }
  .values input:focus-visible { outline: none; }
  .values select { height: 1.5rem; padding: 0 1.25rem 0 0.25rem; border: 0; background-color: transparent; box-shadow: none; }
  .values:has([aria-invalid="true"]) { border-color: var(--zx-warn-mark); }
  .values > input:only-of-type:first-child { min-width: 8rem; }
  .value { display: inline-flex; align-items: center; gap: 0.125rem; max-width: 100%; padding-left: 0.5rem; border-radius: var(--zx-radius); background: var(--zx-muted-soft); color: var(--zx-strong); line-height: 1.5rem; overflow-wrap: anywhere; }

  /* ---- buttons ---- */
  .adds { display: flex; flex-wrap: wrap; gap: 0.375rem; margin-top: 0.625rem; }
  .add {
    display: inline-flex; align-items: center; gap: 0.3125rem; min-height: 1.875rem; padding: 0 0.625rem; border: 1px dashed var(--zx-border-strong);
    border-radius: var(--zx-radius); background: none; color: var(--zx-text);
  }
  .add .symbol { font-size: 1rem; }
  .add:hover:enabled { border-color: var(--zx-accent); color: var(--zx-accent-text); }
  .add.small { min-height: 1.625rem; padding: 0 0.5rem; font-size: 0.75rem; }
  .icon { display: grid; place-items: center; width: 1.875rem; height: 1.875rem; padding: 0; border: 0; border-radius: var(--zx-radius); background: none; color: var(--zx-subtle); }
  .icon:hover:enabled { background: var(--zx-muted-soft); color: var(--zx-strong); }
  .icon[aria-pressed="true"] { background: var(--zx-bad-soft); color: var(--zx-bad); }
  .icon .symbol { font-size: 1.0625rem; }
  .tiny { min-width: 1.5rem; height: 1.5rem; padding: 0 0.25rem; border: 0; border-radius: var(--zx-radius); background: none; color: var(--zx-subtle); line-height: 1; }
  .tiny:hover { background: var(--zx-muted-soft); color: var(--zx-strong); }
  .plain { padding: 0.25rem 0.625rem; border: 1px solid var(--zx-border-strong); border-radius: var(--zx-radius); background: var(--zx-surface); color: var(--zx-text); font-size: 0.75rem; font-weight: 500; }
  .plain:hover:enabled { color: var(--zx-strong); border-color: var(--zx-subtle); }

  /* ---- problems ---- */
  .problems { grid-column: 1 / -1; display: grid; gap: 0.25rem; }
  .problems:empty { display: none; }
  .problems li { display: flex; align-items: flex-start; gap: 0.375rem; padding: 0.25rem 0.5rem; border-radius: var(--zx-radius); font-size: 0.75rem; }
  .problems .symbol { margin-top: 0.0625rem; font-size: 1rem; }
  .problems b { font-weight: 600; }
  .problems .error { background: var(--zx-bad-soft); color: var(--zx-bad); }
  .problems .incomplete { background: var(--zx-warn-soft); color: var(--warn-ink); }
  .problems .pending { background: var(--zx-info-soft); color: var(--zx-info); }

  /* ---- below ---- */
  .summary { padding: 0.75rem 0.875rem; border-radius: var(--zx-radius); background: var(--zx-soft); line-height: 1.65; overflow-wrap: anywhere; }
  .summary b { margin-right: 0.5rem; color: var(--zx-strong); }
  .tools { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 0.5rem 1rem; }
  details { flex: 1; min-width: 0; }
  summary { width: max-content; padding: 0.25rem 0; color: var(--zx-subtle); font-size: 0.75rem; cursor: pointer; }
  .json { display: grid; gap: 0.5rem; justify-items: start; }
  pre { width: 100%; max-height: 20rem; overflow: auto; padding: 0.75rem; border: 1px solid var(--zx-border); border-radius: var(--zx-radius); background: var(--zx-soft); color: var(--zx-text); font-size: 0.75rem; line-height: 1.45; }

  /* ---- panel ---- */
  .panel { position: sticky; top: 1rem; display: grid; gap: 0.375rem; padding: 1rem; border: 1px solid var(--zx-border); border-radius: calc(var(--zx-radius) + 4px); background: var(--zx-surface); }
  :is(h2, h3) { color: var(--zx-subtle); font-size: 0.75rem; font-weight: 600; line-height: 1.4; }
  h3 { margin-top: 0.75rem; }
  .heading { display: flex; align-items: baseline; justify-content: space-between; gap: 0.75rem; }
  .heading .small { text-align: right; }
  .small, .foot { color: var(--zx-subtle); font-size: 0.75rem; line-height: 1.4; }
  .count { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.5rem; color: var(--zx-subtle); font-size: 0.75rem; }
  .count b { color: var(--zx-strong); font-size: 1.875rem; font-weight: 700; font-variant-numeric: tabular-nums; letter-spacing: -0.02em; line-height: 1.2; }
  .busy :is(.count, .reach, .sample, .note), .dim { opacity: 0.5; }
  .bar { display: block; overflow: hidden; height: 0.375rem; border-radius: 999px; background: var(--zx-track); }
  .bar i { display: block; height: 100%; border-radius: inherit; background: var(--zx-accent); }
  .reach { display: grid; grid-template-columns: minmax(2.5rem, max-content) minmax(2rem, 1fr) max-content; gap: 0.25rem 0.625rem; align-items: center; font-size: 0.75rem; }
  .reach li { display: contents; }
  .reach b { color: var(--zx-strong); font-variant-numeric: tabular-nums; text-align: right; }
  .sample li { display: flex; align-items: center; gap: 0.5rem; padding: 0.4375rem 0; border-bottom: 1px solid var(--zx-border); }
  .face .symbol { font-size: 1rem; }
  .face { display: grid; place-items: center; flex: none; width: 1.75rem; height: 1.75rem; border-radius: 50%; background: var(--zx-accent-soft); color: var(--zx-accent-text); font-size: 0.75rem; font-weight: 600; text-transform: uppercase; }
  .who { display: grid; flex: 1; min-width: 0; }
  .who a { overflow: hidden; color: var(--zx-strong); font-weight: 600; text-decoration: none; text-overflow: ellipsis; white-space: nowrap; }
  .who a:hover { text-decoration: underline; }
  .who small { overflow: hidden; color: var(--zx-subtle); font-size: 0.6875rem; text-overflow: ellipsis; white-space: nowrap; }
  .score { color: var(--zx-subtle); font-variant-numeric: tabular-nums; }
  .score.high { color: var(--zx-accent-text); font-weight: 700; }
  .foot { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.75rem; margin-top: 0.375rem; font-size: 0.6875rem; }
  .note { display: flex; align-items: flex-start; gap: 0.5rem; padding: 0.625rem; border-radius: var(--zx-radius); background: var(--zx-soft); color: var(--zx-text); }
  .note.warn { background: var(--zx-warn-soft); color: var(--warn-ink); }
  .note.bad { background: var(--zx-bad-soft); color: var(--zx-bad); }
  .note.info { background: var(--zx-info-soft); color: var(--zx-info); }
  .panel .plain { justify-self: start; }
  .skeleton { display: grid; gap: 0.625rem; }
  .skeleton i { display: block; height: 0.625rem; border-radius: var(--zx-radius); background: var(--zx-track); }
  .skeleton .big { width: 45%; height: 1.875rem; }

  @media (prefers-reduced-motion: no-preference) {
    .bar i { transition: width 250ms ease-out; }
    .skeleton i { animation: pulse 1.4s ease-in-out infinite; }
    @keyframes pulse { 50% { opacity: 0.45; } }
  }

  @container rules (max-width: 58rem) {
    .builder { grid-template-columns: minmax(0, 1fr); }
    .panel { position: static; }
  }
  @container rules (max-width: 40rem) {
    .group { padding: 0.5rem; }
    .leaf { display: flex; flex-wrap: wrap; align-items: center; }
    .badge { flex: 1 0 auto; max-width: 100%; }
    .body { flex: 1 1 100%; order: 1; }
    .problems { flex: 1 1 100%; order: 2; }
    .actions { margin-left: auto; }
    .handle { display: none; }
    .phrase { flex-wrap: wrap; }
    .body > select, .body > .phrase > select.strong { flex: 1 1 auto; }
    .add { min-height: 2.25rem; }
  }
`;
