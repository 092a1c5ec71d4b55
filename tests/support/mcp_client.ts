/**
 * An MCP client for tests: the official one, with answers in the form that tests read.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Client, type ClientOptions } from "@modelcontextprotocol/client";

/** A client's road: what `connect` takes. */
export type Road = Parameters<Client["connect"]>[0];

/** What a tool gave back. */
// deno-lint-ignore no-explicit-any -- results are looked into field by field
export type ToolData = Record<string, any>;

/** How a tool is called. */
export type CallOptions = NonNullable<Parameters<Client["callTool"]>[1]>;

/** A connected client. Results that break a tool's output schema fail in the official client. */
export class TestMcpClient implements AsyncDisposable {
  readonly sdk: Client;

  private constructor(sdk: Client) {
    this.sdk = sdk;
  }

  /** Connects. */
  static async connect(road: Road, options: ClientOptions = {}): Promise<TestMcpClient> {
    const sdk = new Client({ name: "headway-tests", version: "1.0.0" }, options);
    await sdk.connect(road);
    const client = new TestMcpClient(sdk);
    // Output schemas are known, and so checked, once they were listed.
    await sdk.listTools();
    return client;
  }

  /** Calls a tool that has to succeed; gives back its structured result. */
  async ok(name: string, args: object = {}, options: CallOptions = {}): Promise<ToolData> {
    const { isError, content, structuredContent } = await this.sdk.callTool(
      { name, arguments: { ...args } },
      options,
    );
    const texts = content.map((part) => part.type === "text" ? part.text : "");
    assert(isError !== true, `${name}: ${texts[0]}`);
    assertEquals(JSON.parse(texts[1]!), structuredContent, `${name}: text and data differ`);
    assert(texts[0]!.length > 0 && texts[0]!.length < 2000, texts[0]);
    return structuredContent as ToolData;
  }

  /** Calls a tool that has to fail; gives back what it tells the model. */
  async fails(name: string, args: object = {}, options: CallOptions = {}): Promise<string> {
    const { isError, content } = await this.sdk.callTool({ name, arguments: { ...args } }, options);
    assertEquals([isError, content.length], [true, 1], `${name} did not fail`);
    return content[0]!.type === "text" ? content[0]!.text : "";
  }

  /** Closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.sdk.close();
  }
}
