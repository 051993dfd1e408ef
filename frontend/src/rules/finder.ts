// Asks the server for names that the page does not list, a moment after the last letter.
import type { Choice } from "./types";

const WAIT_MS = 200;

export class Finder {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: AbortController | undefined;

  constructor(private readonly url: string) {}

  /** `done` is called for the newest text only; not at all where the server does not answer. */
  ask(kind: string, text: string, done: (found: Choice[]) => void): void {
    this.stop();
    if (!text.trim()) return;
    this.timer = setTimeout(() => {
      const control = (this.running = new AbortController());
      void this.get(kind, text, control.signal).then((found) => {
        if (!control.signal.aborted) done(found);
      });
    }, WAIT_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.running?.abort();
  }

  private async get(kind: string, text: string, signal: AbortSignal): Promise<Choice[]> {
    try {
      const answer = await fetch(`${this.url}?${new URLSearchParams({ kind, text })}`, { signal });
      return answer.ok && !answer.redirected ? ((await answer.json()) as Choice[]) : [];
    } catch {
      return []; // what is typed stays, and may be taken as it is
    }
  }
}
