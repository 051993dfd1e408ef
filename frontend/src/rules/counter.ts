// Asks the server who a draft means: a moment after the last change, and never for a stale draft.
import type { Data, Preview } from "./types";

const WAIT_MS = 300;

/** Why there is no answer. */
export type Failure = "network" | "session" | "forbidden" | "refused";
export type Answer = { preview: Preview } | { failure: Failure };

export class Counter {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: AbortController | undefined;

  constructor(
    private readonly url: string,
    private readonly key: string,
    private readonly token: () => string,
  ) {}

  /** `done` is called for the newest draft only. */
  ask(condition: Data, done: (answer: Answer) => void): void {
    this.stop();
    this.timer = setTimeout(() => {
      const control = (this.running = new AbortController());
      void this.post(condition, control.signal).then((answer) => {
        if (answer && !control.signal.aborted) done(answer);
      });
    }, WAIT_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.running?.abort();
  }

  private async post(condition: Data, signal: AbortSignal): Promise<Answer | null> {
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        signal,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token() },
        body: JSON.stringify({ condition, key: this.key || null }),
      });
      return await read(answer);
    } catch (error) {
      return (error as Error).name === "AbortError" ? null : { failure: "network" };
    }
  }
}

/** Who is signed out is sent to the sign-in page, which is no JSON. */
async function read(answer: Response): Promise<Answer> {
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  if (answer.ok && isJson) return { preview: (await answer.json()) as Preview };
  if (answer.ok || answer.redirected) return { failure: "session" };
  if (answer.status === 403) return { failure: "forbidden" };
  return { failure: answer.status < 500 ? "refused" : "network" };
}
