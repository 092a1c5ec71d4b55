/**
 * What `headway doctor` looks at for the board: where transcripts are, and what models cost.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import type { ServeOptions } from "../../serve/mod.ts";
import { readPrices } from "../../server/board/money/price_file.ts";
import { PriceTable } from "../../server/board/money/prices.ts";
import { broken, doubtful, type Finding, fine } from "./finding.ts";
import type { DoctorWorld } from "./world.ts";

/** A table of prices is to be looked at again after so many days. */
const OLD_DAYS = 60;

/** How many transcripts there are, and how much they hold. */
export async function checkTranscripts(
  world: DoctorWorld,
  roots: readonly string[],
): Promise<Finding> {
  if (roots.length === 0) return fine("transcripts", "none are read");
  const found = await Promise.all(roots.map(async (root) => {
    const counts = await world.transcripts(root);
    return counts === null
      ? { text: `${root} is not there`, refused: 0 }
      : { text: `${counts.files} files, ${megabytes(counts.bytes)} in ${root}`, ...counts };
  }));
  const says = found.map(({ text }) => text).join("; ");
  const refused = found.reduce((sum, it) => sum + it.refused, 0);
  if (refused === 0) return fine("transcripts", says);
  return doubtful(
    "transcripts",
    `${says}; ${refused} files or folders may not be read`,
    "run the server as the user that the agents run as",
  );
}

/** Whether the table of prices can be used, and how old it is. */
export async function checkPriceTable(
  world: DoctorWorld,
  { prices }: Pick<ServeOptions, "prices">,
): Promise<Finding> {
  let table: PriceTable;
  try {
    table = prices === undefined
      ? PriceTable.builtIn()
      : new PriceTable(readPrices(await world.readText(prices), prices));
  } catch (error) {
    return broken("prices", errorMessage(error), "mend the file, or unset HEADWAY_PRICES");
  }
  const days = Math.floor((world.unixS() - Date.parse(table.checkedAt) / 1000) / 86_400);
  const says = `${prices ?? "the built-in table"}, last checked on ${table.checkedAt}`;
  if (days <= OLD_DAYS) return fine("prices", says);
  return doubtful(
    "prices",
    `${says}, ${days} days ago`,
    "compare it with what your provider asks, and name a table of your own in HEADWAY_PRICES",
  );
}

/** Whether replies can be typed, and a model be asked. Everything else works without either. */
export function checkCopilot(
  world: DoctorWorld,
  { tmuxCommand, aiCommand }: Pick<ServeOptions, "tmuxCommand" | "aiCommand">,
): Finding[] {
  const look = (check: string, command: readonly string[] | null | undefined, without: string) => {
    if (command === null || command === undefined) return fine(check, `off: ${without}`);
    const [program = ""] = command;
    const isThere = world.engineFault([program]) === null;
    return fine(check, isThere ? `${program} can be run` : `no ${program} on PATH: ${without}`);
  };
  return [
    look("tmux", tmuxCommand, "no session can be answered from its page"),
    look("assistant", aiCommand, "nothing is drafted"),
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
