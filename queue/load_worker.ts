/**
 * A worker's part in a load test: sessions on this machine, for a caller elsewhere.
 *
 *     headway.load.hello      who is there?
 *     headway.load.<name>     one worker: open sessions, measure, close
 *
 * @module
 */
import type { Msg } from "@nats-io/transport-node";
import { z } from "zod";
import type { Fleet, FleetOptions } from "../load/mod.ts";
import { type Clock, errorMessage } from "../runtime/mod.ts";
import type { Queue } from "./connection.ts";
import { encodeReadings } from "./readings.ts";

/** The subject that all workers answer. */
export const HELLO = "headway.load.hello";

/** The subject of one worker. */
export function loadSubject(name: string): string {
  return `headway.load.${name}`;
}

/** What a worker is asked. */
export type LoadRequest =
  | { readonly do: "start"; readonly url: string; readonly fixture: string | null }
  | { readonly do: "resize"; readonly count: number; readonly rampS: number }
  | { readonly do: "measure"; readonly seconds: number }
  | { readonly do: "close" };

/** A caller that has not been heard of for so long is gone, and its sessions end, seconds. */
const FORGOTTEN_S = 60;

const requestSchema: z.ZodType<LoadRequest> = z.discriminatedUnion("do", [
  z.object({
    do: z.literal("start"),
    url: z.string().regex(/^wss?:\/\//),
    fixture: z.string().nullable(),
  }),
  z.object({
    do: z.literal("resize"),
    count: z.int().min(0).max(5000),
    rampS: z.number().min(0).max(3600),
  }),
  z.object({ do: z.literal("measure"), seconds: z.number().min(0.1).max(3600) }),
  z.object({ do: z.literal("close") }),
]);

/** What {@link serveLoad} is told. */
export interface LoadWorkerOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  /** A name of letters, digits and hyphens that no other worker has. */
  readonly name: string;
  /** Our own version; callers use workers of theirs only. */
  readonly version: string;
  /** Opens a fleet; our own token is used. */
  readonly open: (options: Pick<FleetOptions, "url" | "fixture">) => Promise<Fleet>;
  /** Processor time of this process so far, seconds. */
  readonly cpuS: () => number;
  readonly say: (text: string) => void;
}

/** Takes part until it is disposed of. */
export function serveLoad(options: LoadWorkerOptions): AsyncDisposable {
  const { queue: { connection }, name, version, clock, say } = options;
  let fleet: Fleet | null = null;
  let timer: { cancel(): void } | null = null;
  const close = async () => {
    timer?.cancel();
    const open = fleet;
    fleet = null;
    await open?.close();
  };
  const answer = async (request: LoadRequest): Promise<Uint8Array> => {
    timer?.cancel();
    switch (request.do) {
      case "start":
        await close();
        say(`a load test on ${request.url} begins`);
        fleet = await options.open(request);
        return text({ ok: true });
      case "resize":
        return text({
          ok: true,
          failures: await needed(fleet).resize(request.count, request.rampS),
        });
      case "measure": {
        const before = options.cpuS();
        const readings = await needed(fleet).measure(request.seconds);
        return encodeReadings(readings, options.cpuS() - before);
      }
      case "close":
        await close();
        return text({ ok: true });
    }
  };
  const hello = connection.subscribe(HELLO, {
    callback: (_, message) => void message.respond(text({ name, version })),
  });
  const asked = connection.subscribe(loadSubject(name), {
    callback: (_, message) =>
      void (async () => {
        try {
          message.respond(await answer(requestOf(message)));
        } catch (error) {
          message.respond(text({ ok: false, message: errorMessage(error) }));
        }
        if (fleet !== null) timer = clock.after(FORGOTTEN_S, () => void close());
      })(),
  });
  return {
    async [Symbol.asyncDispose]() {
      hello.unsubscribe();
      asked.unsubscribe();
      await close();
    },
  };
}

function needed(fleet: Fleet | null): Fleet {
  if (fleet === null) throw new Error("no load test has begun here");
  return fleet;
}

function requestOf(message: Msg): LoadRequest {
  return requestSchema.parse(message.json());
}

function text(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
