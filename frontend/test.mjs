// Runs the tests of the rule builder's logic over what esbuild makes of it: `npm test`.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

export async function test() {
  const folder = await mkdtemp(join(tmpdir(), "zhixin-rules-"));
  try {
    const files = (await readdir(join(here, "test"))).filter((name) => name.endsWith(".test.ts"));
    await build({
      absWorkingDir: here, entryPoints: files.map((name) => join("test", name)), outdir: folder, outExtension: { ".js": ".mjs" },
      bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "warning",
    });
    const built = files.map((name) => join(folder, name.replace(/\.ts$/, ".mjs")));
    return spawnSync(process.execPath, ["--test", ...built], { stdio: "inherit" }).status ?? 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

process.exitCode = await test();
