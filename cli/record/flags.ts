/**
 * The flags of `headway record`.
 *
 * @module
 */
import type { Invocation } from "../command.ts";
import type { Flags } from "../flags.ts";

/** All of them; which go with which word is in `record.ts`. */
export const FLAGS = {
  upstream: {
    type: "string",
    placeholder: "URL",
    help: "gateway: the server, ws://host:port or wss://host",
  },
  listen: {
    type: "string",
    placeholder: "HOST:PORT",
    default: "127.0.0.1:0",
    help: "gateway: where clients connect; port 0 takes a free one and prints it",
  },
  out: {
    type: "string",
    placeholder: "FILE|DIR",
    default: "out/recordings/",
    help: "gateway: the file, or a folder (ending in /) for one named by the time",
  },
  resume: { type: "boolean", help: "gateway: go on with the file of a gateway that died" },
  token: {
    type: "string",
    placeholder: "TOKEN",
    env: "HEADWAY_TOKEN",
    help: "the server's bearer token; whoever comes to a gateway from elsewhere shows it, too",
  },
  blobs: {
    type: "enum",
    values: ["all", "uploads", "none"],
    default: "all",
    help: "gateway: which binary messages are kept; of the others only the SHA-256",
  },
  "max-mb": {
    type: "number",
    placeholder: "MB",
    default: 512,
    min: 1,
    max: 1048576,
    help: "gateway: MiB of file and blobs together; sessions go on when it is full",
  },
  "max-blob-mb": {
    type: "number",
    placeholder: "MB",
    default: 100,
    min: 0,
    max: 1024,
    help: "gateway: MiB of one binary message that is kept",
  },
  "redact-prompts": {
    type: "boolean",
    help: "gateway: replace prompts by numbers; secrets are always replaced",
  },
  "allow-origin": {
    type: "list",
    placeholder: "ORIGIN",
    help: "gateway: origins of pages that may use it, beside its own",
  },
  "allow-host": {
    type: "list",
    placeholder: "HOST",
    help: "gateway: more names that it is reached by",
  },
  page: { type: "string", placeholder: "FILE", help: "inspect: write a page with plots" },
  scenario: {
    type: "string",
    placeholder: "FILE",
    help: "to-scenario: where it goes; beside the recording, with .scenario.json, without it",
  },
  name: {
    type: "string",
    placeholder: "NAME",
    help: "to-scenario: the scenario's name; the recording's without it",
  },
  "to-scenario": { type: "boolean", help: "the same as the word to-scenario" },
  connection: {
    type: "number",
    placeholder: "N",
    min: 1,
    integer: true,
    help: "which connection of the recording; the one with the most slices without it",
  },
  target: {
    type: "string",
    placeholder: "sim|self|URL",
    default: "sim",
    help: "replay: simulated world, our own server in another process, or a ws:// address",
  },
  control: { type: "string", placeholder: "URL", help: "replay: control bus of a ws:// target" },
  seed: {
    type: "number",
    placeholder: "N",
    default: 1,
    min: 0,
    max: 4294967295,
    integer: true,
    help: "replay: seed of everything that is random",
  },
  report: {
    type: "string",
    placeholder: "DIR",
    help: "replay, diff: write the differences, and of a replay its report and recording",
  },
  json: { type: "boolean", help: "print the result as JSON, and nothing else" },
} as const satisfies Flags;

/** A call of the command. */
export type RecordInvocation = Invocation<typeof FLAGS>;
