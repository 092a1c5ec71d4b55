import type { Clock } from "../../runtime/mod.ts";
import type { GatewayFigures } from "../../scenarios/recording/mod.ts";
import type { ReadSocketTables } from "../../server/own_user.ts";
import type { KeptBlobs } from "./recording_file.ts";

/** What a gateway is told. */
export interface GatewayOptions {
  /** The server, `ws://host:port/` or `wss://…`. */
  readonly upstream: string;
  /** The server's bearer token; away from this machine, clients of the gateway have to show it. */
  readonly token?: string;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Port to listen on; default 0, a free one. */
  readonly port?: number;
  /** Origins of pages that may use it, beside its own. */
  readonly allowOrigin?: readonly string[];
  /** More names that it is reached by. */
  readonly allowHost?: readonly string[];
  /** The file; a folder for binary messages is made beside it. */
  readonly out: string;
  /** Go on with a file that is there. Default false: such a file is refused. */
  readonly resume?: boolean;
  /** Which binary messages are kept; default all. */
  readonly blobs?: KeptBlobs;
  /** Bytes of file and blobs together; default 512 MiB. */
  readonly maxBytes?: number;
  /** Bytes of one blob; default 100 MiB. */
  readonly maxBlobBytes?: number;
  /** Replace prompts by numbers; they cannot be replayed then. Default false. */
  readonly redactPrompts?: boolean;
  /** Version of the program, for the file's header. */
  readonly version: string;
  /** All times come from it. */
  readonly clock: Clock;
  /** Reads the system's tables of sockets, which say whose a connection is; for tests. */
  readonly socketTables?: ReadSocketTables;
  /** Told of connections, refusals, and of a file that cannot be written any more. */
  readonly onNews?: (text: string) => void;
}

/** What a gateway did. */
export interface GatewayReport {
  /** The file. */
  readonly path: string;
  /** WebSockets that were opened. */
  readonly connections: number;
  /** Messages, bytes, and how long their pieces stayed. */
  readonly figures: GatewayFigures;
  /** Bytes of the file and its blobs. */
  readonly recordedBytes: number;
  /** Whether the cap was reached. */
  readonly isFull: boolean;
  /** Why the recording ended early; null when it did not. */
  readonly failure: string | null;
}

/** A running gateway. */
export interface Gateway extends AsyncDisposable {
  /** Where clients connect, `ws://host:port`. */
  readonly url: string;
  /** Where pages and GET routes are, `http://host:port`. */
  readonly httpUrl: string;
  /** The file. */
  readonly path: string;
  /** What it did so far. */
  report(): GatewayReport;
  /** Ends in order: closes WebSockets with 1001, waits at most 3 s, and finishes the file. */
  close(): Promise<GatewayReport>;
}
