import assert from "node:assert/strict";
import test from "node:test";
import { type Answer, Counter } from "../src/rules/counter";

const json = (body: object, status = 200): Response => Response.json(body, { status });
const page = (status: number): Response => new Response("<html>", { status, headers: { "Content-Type": "text/html" } });

/** What the counter says when the server answers so. */
function answer(served: () => Response | Promise<Response>): Promise<Answer> {
  globalThis.fetch = async () => served();
  return new Promise((done) => new Counter("/preview/", "", () => "token").ask({ condition: {} }, done));
}

test("an answer is a preview; whatever else comes is told apart", async () => {
  const preview = { people: 3 };
  assert.deepEqual(await answer(() => json(preview)), { preview });
  assert.deepEqual(await answer(() => page(200)), { failure: "session" }, "the sign-in page");
  assert.deepEqual(await answer(() => page(403)), { failure: "forbidden" });
  assert.deepEqual(await answer(() => json({ code: "body_too_large" }, 413)), { failure: "refused" });
  assert.deepEqual(await answer(() => page(502)), { failure: "network" });
  assert.deepEqual(await answer(() => Promise.reject(new TypeError("offline"))), { failure: "network" });
});

test("what is sent is the draft, its segment's key and the form's token", async () => {
  let sent: RequestInit | undefined;
  globalThis.fetch = async (_url, request) => ((sent = request), json({}));
  await new Promise<Answer>((done) => new Counter("/preview/", "mine", () => "token").ask({ version: 1 }, done));
  assert.equal(sent!.method, "POST");
  assert.deepEqual(JSON.parse(String(sent!.body)), { condition: { version: 1 }, key: "mine" });
  assert.equal((sent!.headers as Record<string, string>)["X-CSRFToken"], "token");
});

test("only the newest draft is answered, and of a quick row only the last is asked", async () => {
  const asked: string[] = [];
  const answers: string[] = [];
  let release = (): void => {};
  globalThis.fetch = (_url, request) => {
    const { condition } = JSON.parse(String(request!.body)) as { condition: { name: string } };
    asked.push(condition.name);
    return new Promise((done, fail) => {
      request!.signal!.addEventListener("abort", () => fail(new DOMException("gone", "AbortError")));
      release = () => done(json({ sentence: condition.name }));
    });
  };
  const counter = new Counter("/preview/", "", () => "");
  const ask = (name: string) => counter.ask({ name }, (got) => answers.push("preview" in got ? got.preview.sentence : got.failure));
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((next) => setTimeout(next, 10));
  };
  ask("a");
  ask("b");
  await until(() => asked.length === 1);
  ask("c");
  await until(() => asked.length === 2);
  release();
  await until(() => answers.length === 1);
  assert.deepEqual([asked, answers], [["b", "c"], ["c"]]);
});
