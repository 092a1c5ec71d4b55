/**
 * What the tools work with; handed in, so that one set of tools serves a process of its own and a
 * running server.
 *
 * @module
 */
import type { Clock, Rng } from "../runtime/mod.ts";
import { dialWebSocket } from "../sim/mod.ts";
import type { Dial } from "../wire/mod.ts";
import { diskAccess, type FileAccess } from "./file_access.ts";
import { Gateways, type OpenGateway } from "./gateways.ts";
import { HeadlessSessions } from "./headless/sessions.ts";
import { Lanes } from "./lanes.ts";
import { ScenarioRuns } from "./scenario_runs.ts";
import { ServerApi } from "./server_api.ts";
import type { Target } from "./target.ts";

/** What tools work with. */
export interface McpServices {
  /** Our own version, for the protocol's handshake. */
  readonly version: string;
  readonly clock: Clock;
  /** The server, once it is there. */
  readonly api: () => Promise<ServerApi>;
  /** Where the caller opens the server's pages, without a slash at the end. */
  readonly pages: () => Promise<string>;
  /** Opens the road to a session of a target. */
  readonly dial: (target: Target) => Dial;
  readonly headless: HeadlessSessions;
  readonly files: FileAccess;
  /** Sound files are read and decoded here: each takes its length in memory several times over. */
  readonly audio: Lanes;
  readonly scenarios: ScenarioRuns;
  readonly gateways: Gateways;
  /**
   * Resolves when the caller may reach beyond the server: name files, start processes.
   *
   * @throws {ToolError} when it may not.
   */
  readonly permit: () => Promise<void>;
  /** Something that the next answer has to tell, once; null for nothing. */
  readonly takeNotice?: () => string | null;
}

/** What {@link mcpServices} is told. */
export interface McpServicesOptions {
  readonly version: string;
  readonly clock: Clock;
  readonly rng: Rng;
  /** The server that the tools work on; asked whenever a tool needs it. */
  readonly target: () => Promise<Target>;
  /** See {@link McpServices.takeNotice}. */
  readonly takeNotice?: () => string | null;
  /** Opens recording gateways. */
  readonly openGateway: OpenGateway;
  /** What no tool or client has used for so long is stopped, seconds; null keeps it. */
  readonly idleS: number | null;
  /** Files must be below this folder; null lets a caller name any. */
  readonly filesBelow: string | null;
  /** Folder of the reports. */
  readonly reports: string;
}

/** The services of a process, with everything in its usual form. */
export function mcpServices(options: McpServicesOptions): McpServices {
  const { version, clock, rng, idleS, openGateway: open } = options;
  return {
    version,
    clock,
    api: async () => new ServerApi(await options.target(), clock),
    pages: async () => (await options.target()).mainUrl,
    dial: ({ url, token }) => dialWebSocket(url, token === null ? {} : { token }),
    headless: new HeadlessSessions({ clock, rng, idleS }),
    files: diskAccess(options.filesBelow),
    audio: audioLanes(),
    scenarios: new ScenarioRuns({ clock, reports: options.reports }),
    gateways: new Gateways({ open, clock, version, idleS }),
    permit: () => Promise.resolve(),
    ...(options.takeNotice !== undefined && { takeNotice: options.takeNotice }),
  };
}

/** Sound files, two at a time. */
export function audioLanes(): Lanes {
  return new Lanes({ what: "sound files are read", lanes: 2, mostWaiting: 16 });
}

/** The same services for a caller who must be allowed to reach beyond the server. */
export function guarded(services: McpServices, permit: () => Promise<void>): McpServices {
  const { files } = services;
  return {
    ...services,
    permit,
    files: {
      read: async (path) => {
        await permit();
        return await files.read(path);
      },
      find: async (path) => {
        await permit();
        return await files.find(path);
      },
      writeWav: async (path, pieces) => {
        await permit();
        return await files.writeWav(path, pieces);
      },
      newRecording: async (path) => {
        await permit();
        return await files.newRecording(path);
      },
    },
  };
}

/** Stops headless sessions, running scenarios and recordings. */
export async function closeServices({ headless, scenarios, gateways }: McpServices): Promise<void> {
  scenarios.close();
  await headless.close();
  await gateways.close();
}
