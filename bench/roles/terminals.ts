/**
 * A server with terminals to measure: answers requests over HTTP, as servers do, while programs run.
 *
 * @module
 */
import { Rng, WallClock } from "../../runtime/mod.ts";
import { type HeadwayServer, serve } from "../../serve/mod.ts";
import { type OpenTerminals, openTerminals } from "../../serve/tasks/open_terminals.ts";
import { silentLog } from "../../server/log.ts";
import { newPtyId, type PtyId } from "../../server/tasks/ids.ts";
import { answerAll } from "../child.ts";

/** What may be asked. */
export type TerminalsQuestion =
  | { readonly do: "open"; readonly folder: string }
  /** Starts a program in bash; `watched` follows its output as a viewer's socket does. */
  | {
    readonly do: "start";
    readonly command: string;
    readonly name: string;
    readonly capBytes: number;
    readonly watched: boolean;
  }
  /** Waits for the end of a program. */
  | { readonly do: "end"; readonly id: PtyId }
  | { readonly do: "close"; readonly id: PtyId }
  /** Takes snapshots, and times them. */
  | { readonly do: "snapshots"; readonly id: PtyId; readonly count: number }
  /** Runs so many programs, so many at a time, and counts those whose output or code was wrong. */
  | { readonly do: "many"; readonly count: number; readonly atOnce: number };

/** What is answered. */
export interface Opened {
  /** `http://…` */
  readonly url: string;
}

/** A program that runs. */
export interface Started {
  readonly id: PtyId;
  readonly pid: number;
}

/** What {@link TerminalsQuestion} `many` found. */
export interface Many {
  readonly tookS: number;
  readonly wrong: number;
}

const clock = new WallClock();
const rng = new Rng("bench");
const open: { server?: HeadwayServer; terminals?: OpenTerminals; folder: string } = { folder: "" };
const ends = new Map<PtyId, Promise<number>>();

async function start(command: string, name: string, capBytes: number, fromSeq: number) {
  const id = newPtyId(rng);
  const info = await open.terminals!.create({
    ...{ id, label: name, argv: ["/bin/bash", "--norc", "-c", command], cwd: open.folder },
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", TERM: "xterm-256color", LANG: "C.UTF-8" },
    ...{ cols: 120, rows: 40, secrets: [] },
    files: capBytes === 0 ? null : {
      ...{
        transcriptPath: `${open.folder}/${name}.log`,
        recordingPath: `${open.folder}/${name}.cast`,
      },
      ...{ transcriptCapBytes: capBytes, title: name, command: "bash" },
    },
  });
  const end = Promise.withResolvers<number>();
  const output = { bytes: 0, text: "" };
  const decoder = new TextDecoder();
  open.terminals!.subscribe(id, fromSeq, (event) => {
    if (event.kind === "output") {
      output.bytes += event.bytes.length;
      if (output.bytes < 10_000) output.text += decoder.decode(event.bytes);
    } else if (event.kind === "exited") end.resolve(event.exit.code);
    else if (event.kind === "closed") end.resolve(-1);
  });
  ends.set(id, end.promise);
  return { info, output, end: end.promise };
}

async function many(count: number, atOnce: number): Promise<Many> {
  const startS = clock.now();
  let [next, wrong] = [0, 0];
  const lane = async () => {
    while (next < count) {
      const i = next++;
      const { output, end, info } = await start(
        `seq ${i} ${i + 300}; exit ${i % 256}`,
        `${i}`,
        0,
        0,
      );
      const code = await end;
      const expected = Array.from({ length: 301 }, (_, k) => `${i + k}\r\n`).join("");
      if (code !== i % 256 || output.text !== expected) wrong++;
      ends.delete(info.id);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { tookS: clock.now() - startS, wrong };
}

await answerAll(async (question) => {
  const asked = question as TerminalsQuestion;
  switch (asked.do) {
    case "open": {
      open.folder = asked.folder;
      open.terminals = openTerminals({ clock, log: silentLog, maxTerminals: 200 });
      open.server = await serve({
        ...{ port: 0, controlPort: "off", voicePort: "off", channelPort: "off" },
        ...{ log: silentLog, clock },
      });
      return { url: open.server.url.replace(/^ws/, "http") } satisfies Opened;
    }
    case "start": {
      const { command, name, capBytes, watched } = asked;
      const { info } = await start(command, name, capBytes, watched ? 0 : Infinity);
      return { id: info.id, pid: info.pid } satisfies Started;
    }
    case "end":
      return { code: await ends.get(asked.id) };
    case "close":
      await open.terminals!.close(asked.id);
      return {};
    case "snapshots": {
      const times: number[] = [];
      for (let i = 0; i < asked.count; i++) {
        const startS = clock.now();
        await open.terminals!.snapshot(asked.id);
        times.push((clock.now() - startS) * 1000);
        await clock.sleep(0.02);
      }
      return { timesMs: times };
    }
    case "many":
      return await many(asked.count, asked.atOnce);
  }
});
await open.terminals?.shutdown();
await open.server?.close();
