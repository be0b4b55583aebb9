// Every part of the bench, one after the other. Usage: node bench/all.mjs [--rate-limit]; with it the seven minutes of the
// rate limit, in real time, come last. Build first.
import { spawn } from "node:child_process";
import { path } from "./figures.mjs";

const PARTS = ["start", "engine", "directory", "entra", "plan", "plan-file", "report"];
const parts = process.argv.includes("--rate-limit") ? [...PARTS, "rate-limit"] : PARTS;
for (const part of parts) {
  console.log(`\n== ${part}`);
  const words = part === "engine" ? ["--max-old-space-size=8000"] : [];
  const child = spawn(process.execPath, [...words, path(`bench/${part}.mjs`)], { stdio: "inherit" });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) process.exitCode = 1;
}
