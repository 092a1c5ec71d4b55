/**
 * A gateway in front of a server that does what a test tells it to, and the recording that it leaves.
 *
 * @module
 */
import { WallClock } from "../../runtime/mod.ts";
import { readRecording, type Recording } from "../../scenarios/recording/mod.ts";
import { type Gateway, type GatewayOptions, openGateway } from "../../serve/gateway/mod.ts";
import { tempFolder } from "./temp_folder.ts";

/** A running gateway with a folder of its own. */
export interface GatewayRig extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly port: number;
  readonly folder: string;
  /** What it told its user. */
  readonly news: readonly string[];
  /** Closes it and reads what it wrote. */
  recording(): Promise<Recording>;
}

/** Opens it. */
export async function gatewayRig(
  upstream: string,
  options: Partial<GatewayOptions> = {},
): Promise<GatewayRig> {
  const folder = await tempFolder();
  const news: string[] = [];
  try {
    const gateway = await openGateway({
      upstream,
      out: `${folder.path}/session.ndjson`,
      version: "test",
      clock: new WallClock(),
      onNews: (text) => news.push(text),
      ...options,
    });
    return {
      gateway,
      port: Number(new URL(gateway.httpUrl).port),
      folder: folder.path,
      news,
      async recording() {
        await gateway.close();
        return await readRecording(gateway.path);
      },
      async [Symbol.asyncDispose]() {
        await gateway.close();
        await folder[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
}
