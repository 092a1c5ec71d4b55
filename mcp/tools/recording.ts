/**
 * Tools that record what goes on between clients and the server.
 *
 * @module
 */
import { z } from "zod";
import { defineTool, type Tool } from "../tool.ts";

const group = "recording";

const start = defineTool({
  name: "record_start",
  title: "Start recording",
  description:
    "Opens a gateway in front of the server, on a free port of this machine, and records every session that comes through it: clients connect to url in place of the server, a browser opens http_url. The file is NDJSON, binary messages lie in a folder beside it; secrets are left out, prompts are kept. record_stop ends it. Then `headway record replay FILE` plays the client's side again and says where the answers differ.",
  group,
  effect: "adds",
  reachesOutside: true,
  input: z.strictObject({
    path: z.string().min(1).describe("the file to write; ends in .ndjson, and must be new"),
  }),
  output: z.object({
    recording_id: z.string(),
    url: z.string().describe("where clients connect"),
    http_url: z.string().describe("where pages and GET routes of the server are"),
    path: z.string(),
  }),
  async run({ path }, services) {
    const { gateways, files, api } = services;
    const file = await files.newRecording(path);
    const { target } = await api();
    const { id, gateway } = await gateways.start(target, file);
    const data = { recording_id: id, url: gateway.url, http_url: gateway.httpUrl, path: file };
    return { text: `${id} records to ${file}: connect to ${gateway.url}.`, data };
  },
});

const stop = defineTool({
  name: "record_stop",
  title: "Stop recording",
  description:
    "Ends a recording: closes what goes through its gateway, finishes the file, and says what it holds and how much later messages came for going through.",
  group,
  effect: "replaces",
  reachesOutside: true,
  input: z.strictObject({
    recording_id: z.string().optional().describe(
      "as record_start gave it; the newest one without it",
    ),
  }),
  output: z.object({
    recording_id: z.string(),
    path: z.string(),
    connections: z.number(),
    messages: z.number(),
    bytes: z.number().describe("bytes of messages that went through"),
    recorded_bytes: z.number().describe("bytes of the file and its folder"),
    latency_ms: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
    is_full: z.boolean().describe("whether the rest was not recorded, as the file was full"),
    failure: z.string().nullable().describe("why the recording ended early; null if it did not"),
  }),
  async run({ recording_id }, { gateways, permit }) {
    await permit();
    const { id, report } = await gateways.stop(recording_id);
    const { messages, bytes, latencyMs } = report.figures;
    const data = {
      recording_id: id,
      path: report.path,
      connections: report.connections,
      messages,
      bytes,
      recorded_bytes: report.recordedBytes,
      latency_ms: latencyMs,
      is_full: report.isFull,
      failure: report.failure,
    };
    const trouble = report.failure === null ? "" : ` ${report.failure}.`;
    return {
      text: `${messages} messages on ${report.connections} connections in ${report.path}, ` +
        `${latencyMs.p99} ms later at the 99th percentile.${trouble}`,
      data,
    };
  },
});

/** Tools that record. */
export const recordingTools: readonly Tool[] = [start, stop];
