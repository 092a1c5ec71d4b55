/// <reference lib="dom" />
import type { SocketLike } from "../../web/voice/live_socket.ts";

/** A browser's WebSocket whose other end is the test. */
export class FakeSocket implements SocketLike {
  binaryType: BinaryType = "blob";
  onopen: SocketLike["onopen"] = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  isClosed = false;
  readonly sent: string[] = [];
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  open(): void {
    this.onopen?.(new Event("open"));
  }

  lose(): void {
    this.isClosed = true;
    this.onclose?.(new Event("close") as CloseEvent);
  }

  say(data: string | ArrayBuffer): void {
    this.onmessage?.(new MessageEvent("message", { data }));
  }

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.isClosed = true;
  }
}
