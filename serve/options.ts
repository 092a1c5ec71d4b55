import type { IncomingMessage } from "node:http";
import type { Clock, Rng } from "../runtime/mod.ts";
import type { AskAi } from "../server/copilot/ai_answer.ts";
import type { ProcessTable, Tmux } from "../server/copilot/panes.ts";
import type { TypistPatience } from "../server/copilot/typist.ts";
import type { Log } from "../server/log.ts";
import type { ReadSocketTables } from "../server/own_user.ts";
import type { PeerLimit } from "../server/peer_limit.ts";
import type { CommandLimits, Engine } from "../server/streaming/engine/mod.ts";
import type {
  SplitStems,
  StreamId,
  StreamObserver,
  StreamSettings,
} from "../server/streaming/mod.ts";
import type { SessionConfig } from "../wire/mod.ts";
import type { BundleScripts } from "./page_scripts.ts";
import type { TaskOptions, TaskParts } from "./tasks/options.ts";
import type { BoardOptions } from "./board/options.ts";
import type { CopilotOptions } from "./copilot/options.ts";
import type { VoiceOptions, VoiceParts } from "./voice/options.ts";

/** The main port, unless told otherwise. */
export const DEFAULT_PORT = 1318;
/** The control bus's port, unless told otherwise. */
export const DEFAULT_CONTROL_PORT = 1319;
/** The address that listeners bind to, unless told otherwise. */
export const DEFAULT_HOST = "127.0.0.1";

/** Options of `serve`; all have defaults. */
export interface ServeOptions extends VoiceOptions, TaskOptions, BoardOptions, CopilotOptions {
  /** Address of the main listener; default 127.0.0.1. Beyond loopback it needs a token. */
  readonly host?: string;
  /** Port of the main listener; default 1318, 0 takes a free one. */
  readonly port?: number;
  /** Address of the control bus; default 127.0.0.1. */
  readonly controlHost?: string;
  /**
   * Port of the control bus, 0 for a free one, `"off"` for none. Default 1319, which is left out
   * with a warning when it is taken; a port that was asked for and is taken is an error.
   */
  readonly controlPort?: number | "off";
  /** Sessions at a time; default 1, the newest connection wins. */
  readonly maxSessions?: number;
  /** Pace of generation, one window per this time, ms; default 60. */
  readonly tickMs?: number;
  /** Seconds without activity after which generation rests; default 20, 0 never rests. */
  readonly idlePauseS?: number;
  /** What requests must show that are not local: `Authorization: Bearer …`; 16 characters or more. */
  readonly token?: string;
  /** Origins of foreign pages that may use the server, such as `http://localhost:6660`. */
  readonly allowOrigin?: readonly string[];
  /** More names that the server is reached by, `name`, `name:port`, or `.suffix`. */
  readonly allowHost?: readonly string[];
  /** Where the server is reached from elsewhere, such as `https://studio.example`. */
  readonly publicUrl?: string;
  /** Proxies whose forwarding headers count, `10.0.0.1` or `10.0.0.0/8`; none unless said. */
  readonly trustedProxies?: readonly string[];
  /** Whether local peers need no token; default true. */
  readonly loopbackBypass?: boolean;
  /**
   * Program and arguments of an engine of your own, which makes the audio instead of the built-in
   * one: a process for each session, without a shell in between. `docs/engines.md` has the protocol.
   */
  readonly engineCommand?: readonly string[];
  /** How long the engine's process may take to say hello, or to load a source, seconds; default 30. */
  readonly engineStartS?: number;
  /** How long the engine's process may take for a window, seconds; default 10. */
  readonly engineWindowS?: number;
  /** Accept every WebSocket only to close it with 1011, and open no control bus. */
  readonly noBackend?: boolean;
  /** How log lines look; default `text`. */
  readonly logFormat?: "text" | "json";
  /** Where log lines and the lines about listeners go; default stderr. */
  readonly write?: (text: string) => void;
  /** Settings that were read by another name than ours: told in the log at the start. */
  readonly aliases?: readonly string[];
  /** Closes the server in an orderly way when it aborts. */
  readonly signal?: AbortSignal;
}

/** {@link ServeOptions}, and the parts that tests and the harness put in place of the usual ones. */
export interface ServerParts extends ServeOptions, VoiceParts, TaskParts {
  /** A log to use instead of one that writes lines. */
  readonly log?: Log;
  /** Makes the engine of each session; default the built-in one. */
  readonly createEngine?: (config: SessionConfig, sessionId: StreamId) => Engine;
  /** More limits of an `engineCommand`. */
  readonly engineLimits?: Partial<CommandLimits>;
  /** Folder of files and reports of the tools for agents; default the working folder. */
  readonly mcpFolder?: string;
  /** Splits sources into stems; default the built-in way. */
  readonly splitStems?: SplitStems;
  /** More settings of sessions, for tests and scenarios. */
  readonly settings?: Partial<StreamSettings>;
  /** Watches sessions as they start; for the harness. */
  readonly onSession?: NonNullable<StreamObserver["onSession"]>;
  /** Time; default the wall clock. */
  readonly clock?: Clock;
  /** Session ids; default seeded by the system. */
  readonly rng?: Rng;
  /** Asks over the network, for the look at the public URL; default the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** How many connections a peer may hold, in place of the usual limit, which leaves out local ones. */
  readonly peers?: PeerLimit;
  /** Reads the system's tables of sockets, in place of the usual way. */
  readonly readSocketTables?: ReadSocketTables;
  /** Makes the scripts of the player's page; default a bundler in a process of its own. */
  readonly bundleScripts?: BundleScripts;
  /** tmux, in place of the program of this machine. */
  readonly tmux?: Tmux;
  /** How long is waited for what was typed. */
  readonly typistPatience?: TypistPatience;
  /** The table of processes, in place of the system's. */
  readonly processes?: ProcessTable;
  /** Asks a model, in place of a command. */
  readonly ai?: AskAi;
  /** Where a request comes from, in place of its socket's word; for tests of remote peers. */
  readonly peerAddress?: (request: IncomingMessage) => string | undefined;
}

/** A running server. */
export interface HeadwayServer extends AsyncDisposable {
  /** Where sessions connect, `ws://host:port`. */
  readonly url: string;
  /** Where pages and GET routes are, `http://host:port`. */
  readonly httpUrl: string;
  /** Where the control bus is, `http://host:port`; null without one. */
  readonly controlUrl: string | null;
  /** Where the voice server is, `http://host:port`; null without one. */
  readonly voiceUrl: string | null;
  /** Where the channel forwarder is, `http://host:port`; null without one. */
  readonly channelUrl: string | null;
  /** Every open listener. */
  readonly addresses: readonly {
    readonly name: string;
    readonly host: string;
    readonly port: number;
  }[];
  /** A text that is new with each start; `GET /api/health` tells it, too. */
  readonly boot: string;
  /** Whether local peers need no token: the look at the public URL may have ended that. */
  isBypassOn(): boolean;
  /** Resolves when the server has closed, whoever closed it. */
  readonly closed: Promise<void>;
  /**
   * Closes in an orderly way: stops accepting, closes sessions with 1001, waits at most 3 s, drops
   * the rest. Calling it again gives the same promise.
   */
  close(): Promise<void>;
}
