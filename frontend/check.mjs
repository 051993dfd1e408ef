// The committed bundle must be what the sources build to, and must run without eval.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { bundle, outfile } from "./build.mjs";

const problems = [];
const fresh = await bundle();
const committed = await readFile(outfile, "utf8").catch(() => "");
if (committed !== fresh) {
  problems.push("charts.js is not what the sources build to: run `npm run build` and commit it.");
}
if (/\bnew Function\b|\beval\s*\(|\bFunction\s*\(\s*["'`]/.test(fresh)) {
  problems.push("charts.js would evaluate strings as code.");
}
const limit = 720 * 1024;
if (fresh.length > limit) problems.push(`charts.js is over ${limit / 1024} KiB.`);

const lock = await readFile(new URL("package-lock.json", import.meta.url), "utf8");
if (lock.includes('"resolved"')) {
  problems.push('package-lock.json names download hosts: remove its "resolved" fields.');
}
const pkg = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"));
for (const [name, version] of Object.entries({ ...pkg.dependencies, ...pkg.devDependencies })) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) problems.push(`${name} is not pinned exactly: ${version}`);
}

if (problems.length) {
  for (const problem of problems) console.error(problem);
  process.exitCode = 1;
} else {
  const kib = (n) => `${(n / 1024).toFixed(0)} KiB`;
  console.log(`charts.js is current: ${kib(fresh.length)}, ${kib(gzipSync(fresh).length)} gzipped.`);
}
