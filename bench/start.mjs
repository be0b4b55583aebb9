// Start-up: `zivsync --help` beside `node -e 0`, in CPU time, in turn. Build first. Usage: node bench/start.mjs [TIMES]
import { inTurn, machine, measure, median, path } from "./figures.mjs";

const times = Number(process.argv[2] ?? 30);
const results = await inTurn(times, {
  "node -e 0": () => measure([process.execPath, "-e", "0"]),
  "zivsync --help": () => measure([process.execPath, path("dist/cli.js"), "--help"]),
});
console.log(`start-up, ${times} times each; ${machine()}`);
const of = (name, what) => results[name].map((one) => one[what] * 1000);
const bare = of("node -e 0", "cpu");
for (const name of Object.keys(results)) {
  const cpu = of(name, "cpu");
  const ratio =
    name === "node -e 0"
      ? ""
      : `; ${(median(cpu) / median(bare)).toFixed(2)} x (least ${(Math.min(...cpu) / Math.min(...bare)).toFixed(2)} x)`;
  console.log(
    `  ${name.padEnd(15)} ${median(cpu).toFixed(0)} ms of CPU (least ${Math.min(...cpu).toFixed(0)} ms), ${median(of(name, "wall")).toFixed(0)} ms in all${ratio}`,
  );
}
