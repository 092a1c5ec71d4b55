/**
 * The thread that writes a recording: reads frames, takes digests, redacts, and keeps files. What it
 * is busy with delays no message.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { type RecordedEvent, Redactor } from "../../scenarios/recording/mod.ts";
import { ConnectionRecorder } from "./connection_recorder.ts";
import type { RecorderNews, RecorderTask } from "./recorder_tasks.ts";
import { RecordingFile } from "./recording_file.ts";

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<RecorderTask>) => void) | null;
  postMessage(message: RecorderNews): void;
  close(): void;
};

/** So many bytes are acknowledged at a time. */
const ACK_BYTES = 65_536;

let file: RecordingFile;
let redactor: Redactor;
let doneBytes = 0;
let wasTroubled = false;
const connections = new Map<number, ConnectionRecorder>();

self.onmessage = ({ data }) => {
  if (data.do === "open") open(data);
  else if (data.do === "finish") finish(data.event);
  else work(data);
};

function open({ file: options, redact }: Extract<RecorderTask, { do: "open" }>): void {
  try {
    redactor = new Redactor(redact);
    file = RecordingFile.open(options);
    self.postMessage({ is: "opened", start: file.start });
  } catch (error) {
    self.postMessage({ is: "failed", message: errorMessage(error) });
    self.close();
  }
}

function work(task: Exclude<RecorderTask, { do: "open" | "finish" }>): void {
  if (task.do === "event") add(task.event);
  else {
    const { c, dir, bytes, t } = task;
    connections.get(c)?.take(dir, bytes, t);
    doneBytes += bytes.length;
  }
  const isTroubled = file.isFull || file.failure !== null;
  if (doneBytes < ACK_BYTES && isTroubled === wasTroubled) return;
  wasTroubled = isTroubled;
  self.postMessage({ is: "done", bytes: doneBytes, state: stateOf() });
  doneBytes = 0;
}

function add(event: RecordedEvent): void {
  if (event.kind === "open") {
    const { c } = event;
    connections.set(c, new ConnectionRecorder({ file, redactor, connection: c }));
  } else if (event.kind === "end") {
    connections.get(event.c)?.end();
    connections.delete(event.c);
  }
  file.add(event);
}

function finish(event: Extract<RecordedEvent, { kind: "stop" }>): void {
  for (const connection of connections.values()) connection.end();
  file.finish(event);
  self.postMessage({ is: "finished", state: stateOf() });
  self.close();
}

function stateOf() {
  return { bytes: file.bytes, isFull: file.isFull, failure: file.failure?.message ?? null };
}
