/**
 * The table of processes as JSON, for tests that may not read it themselves: Deno lets nobody read
 * below `/proc` who may not do everything.
 *
 *     process_table_main.ts                all processes
 *     process_table_main.ts gone 12 34     those of 12 and 34 that are still there after ten seconds
 *     process_table_main.ts descriptors 12 what the open descriptors of 12 are
 */
import { readProcessTable } from "./process_table.ts";

const PATIENCE_MS = 10_000;
const [what = "all", ...pids] = Deno.args;
if (what === "descriptors") {
  const folder = `/proc/${pids[0]}/fd`;
  const targets = [...Deno.readDirSync(folder)].flatMap(({ name }) => {
    try {
      return [Deno.readLinkSync(`${folder}/${name}`)];
    } catch {
      return [];
    }
  });
  console.log(JSON.stringify(targets));
} else if (what === "gone") {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const left = readProcessTable().filter(({ pid, state }) =>
      pids.includes(String(pid)) && state !== "Z"
    );
    if (left.length === 0 || performance.now() > deadlineMs) {
      console.log(JSON.stringify(left));
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
} else console.log(JSON.stringify(readProcessTable()));
