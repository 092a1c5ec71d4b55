/** A server with nothing but one terminal, for tests that end it by force. Says what runs in it. */
import { TerminalRig } from "./terminal_rig.ts";

const rig = await TerminalRig.open({ hangUpS: 0.2 });
const run = await rig.start(
  "trap '' HUP; sleep 300 & echo background $!; echo ready; printf 'half a line'; sleep 300",
  { files: { ...rig.files("kept"), transcriptPath: Deno.args[0]! } },
);
await run.until("half a line");
const background = Number(/background (\d+)/.exec(run.text)?.[1]);
console.log(JSON.stringify({ leader: run.info.pid, background, folder: rig.folder }));
