/**
 * The tools on a simulated server, all in virtual time.
 *
 * @module
 */
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { diskAccess } from "../../mcp/file_access.ts";
import { Gateways } from "../../mcp/gateways.ts";
import { HeadlessSessions, type HeadlessSessionsOptions } from "../../mcp/headless/sessions.ts";
import { audioLanes, mcpServer, type McpServices, ServerApi, type Target } from "../../mcp/mod.ts";
import { ScenarioRuns } from "../../mcp/scenario_runs.ts";
import { Rng } from "../../runtime/mod.ts";
import { controlRoutes } from "../../server/streaming/control_routes.ts";
import { knobManifest, protocolTables } from "../../wire/mod.ts";
import { TestMcpClient } from "./mcp_client.ts";
import {
  rampClip,
  type StreamingWorld,
  streamingWorld,
  type StreamingWorldOptions,
  track,
} from "./streaming_world.ts";

/** What can be different. */
export interface McpWorldOptions extends StreamingWorldOptions {
  readonly headless?: Pick<HeadlessSessionsOptions, "idleS" | "maxRecordS" | "maxSessions">;
  /** Folder of reports and files. */
  readonly folder?: string;
}

/** The name of the one fixture, 8 s of stereo. */
export const FIXTURE = "ramp.wav";

/** Tools, a client of theirs, and the server that they work on. */
export interface McpWorld extends AsyncDisposable {
  readonly world: StreamingWorld;
  readonly services: McpServices;
  readonly client: TestMcpClient;
  /** Lets virtual time pass until the promise is settled. */
  drive<T>(promise: Promise<T>): Promise<T>;
  /** Starts a headless session of the fixture. */
  start(args?: object): Promise<string>;
  /** One more client of the same tools. */
  connect(): Promise<TestMcpClient>;
}

/** Builds it. */
export async function mcpWorld(options: McpWorldOptions = {}): Promise<McpWorld> {
  const { headless = {}, folder = ".", ...rest } = options;
  const world = streamingWorld({
    settings: { maxSessions: 4 },
    tracks: [track(FIXTURE, () => rampClip(8))],
    ...rest,
  });
  const { clock } = world;
  const services: McpServices = {
    version: "1.2.3",
    clock,
    api: () =>
      Promise.resolve(new ServerApi(targetOf(world, rest.settings?.maxSessions ?? 4), clock)),
    pages: () => Promise.resolve("http://simulated"),
    dial: () => world.world.network.dial,
    headless: new HeadlessSessions({ clock, rng: new Rng(1), ...headless }),
    files: diskAccess(folder),
    audio: audioLanes(),
    scenarios: new ScenarioRuns({ clock, reports: folder }),
    gateways: new Gateways({
      open: () => Promise.reject(new Error("a simulated server has no sockets")),
      clock,
      version: "1.2.3",
      idleS: null,
    }),
    permit: () => Promise.resolve(),
  };
  const drive = <T>(promise: Promise<T>) => driveOn(world, promise);
  const connect = async () => {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await mcpServer(services).connect(theirs);
    return await TestMcpClient.connect(ours);
  };
  const client = await connect();
  return {
    world,
    services,
    client,
    drive,
    connect,
    async start(args = {}) {
      const started = await drive(client.ok("headless_start", { fixture: FIXTURE, ...args }));
      return started["session_id"];
    },
    async [Symbol.asyncDispose]() {
      services.scenarios.close();
      await drive(services.headless.close());
      await client[Symbol.asyncDispose]();
    },
  };
}

/** How much virtual time may pass until a promise is settled, seconds. */
const PATIENCE_S = 1000;

async function driveOn<T>({ clock }: StreamingWorld, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = () => void (isSettled = true);
  promise.then(settle, settle);
  const untilS = clock.now() + PATIENCE_S;
  while (!isSettled) {
    if (clock.now() > untilS) throw new Error(`nothing came of it within ${PATIENCE_S} s`);
    await clock.settle(clock.now() + 0.05);
  }
  return await promise;
}

/** The server's routes, asked without a socket. */
function targetOf(world: StreamingWorld, maxSessions: number): Target {
  const control = controlRoutes(world.world.registry);
  const answers: Readonly<Record<string, unknown>> = {
    "/api/server-info": { server_side_fixtures: [FIXTURE], max_sessions: maxSessions },
    "/api/fixtures": [FIXTURE],
    "/api/knobs": knobManifest({ sde: false }),
    "/api/protocol": protocolTables(),
    "/api/loras": { loras: world.world.registry.options.loraCatalog },
  };
  return {
    url: "ws://simulated",
    mainUrl: "http://simulated",
    controlUrl: "http://control",
    commandsUrl: "http://control",
    token: null,
    fetch: async (request) => {
      const { host, pathname } = new URL(request.url);
      if (host === "control") return await control.fetch(request);
      const answer = answers[pathname];
      return answer === undefined
        ? new Response("not found", { status: 404 })
        : Response.json(answer);
    },
  };
}
