/**
 * The voice listener described as an OpenAPI document, made from the table of its operations.
 *
 * @module
 */
import { Hono } from "hono";
import type { App, AppEnv } from "../../app.ts";
import { ANSWER_SCHEMAS } from "./answer_schemas.ts";
import { json, type JsonObject } from "./body.ts";
import type { Form } from "./form.ts";
import { type Answer, type Operation, OPERATIONS } from "./operations.ts";

/** A field of a request: in its path, or in its query. */
export interface DescribedParameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly schema: JsonObject;
}

/** An operation of the document. */
export interface DescribedOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters: readonly DescribedParameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonObject }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: JsonObject }>
  >;
}

/** The document. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: JsonObject;
  readonly security: readonly JsonObject[];
}

const RECORDING: JsonObject = {
  type: "object",
  properties: { file: { type: "string", format: "binary", description: "a WAV file" } },
  required: ["file"],
};
const MESSAGE: JsonObject = {
  type: "object",
  properties: {
    jsonrpc: { const: "2.0" },
    id: { type: ["string", "integer"] },
    method: { type: "string" },
    params: { type: "object" },
  },
  required: ["jsonrpc", "method"],
};

/** Makes the document. `version` is Headway's. */
export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, DescribedOperation>> = {};
  for (const operation of OPERATIONS) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = described(operation);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Headway · Voices",
      version,
      description: "Sessions, speech, and who hears it. Programs on the same machine need no " +
        "token; all others send the server's as a bearer token. Every path answers 401, 403 or 421 " +
        "to who may not come in, and 503 while the voice role shuts down.",
    },
    tags: [...new Set(OPERATIONS.map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      schemas: ANSWER_SCHEMAS,
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
    security: [{}, { token: [] }],
  };
}

/** The route that hands it out. */
export function openApiRoutes(version: string): App {
  const routes: App = new Hono<AppEnv>();
  routes.get("/openapi.json", () => json(openApiDocument(version)));
  return routes;
}

function described(operation: Operation): DescribedOperation {
  const { method, path, group, about, query = {}, answers } = operation;
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "" && word !== "v1");
  const body = bodyOf(operation);
  return {
    operationId: [method.toLowerCase(), ...words].join("_"),
    tags: [group],
    summary: about,
    parameters: [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]): DescribedParameter => ({
        ...{ name: name!, in: "path", required: true, schema: { type: "string" } },
      })),
      ...Object.entries(query).map(([name, { isRequired, schema }]): DescribedParameter => ({
        ...{ name, in: "query", required: isRequired, schema },
      })),
    ],
    ...(body !== undefined && { requestBody: body }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [status, response(answer)]),
    ),
  };
}

function bodyOf({ body, isBodyOptional = false }: Operation): DescribedOperation["requestBody"] {
  if (body === undefined) return undefined;
  const required = !isBodyOptional;
  if (body === "recording") {
    return { required, content: { "multipart/form-data": { schema: RECORDING } } };
  }
  const schema = body === "message" ? MESSAGE : schemaOf(body);
  return { required, content: { "application/json": { schema } } };
}

function schemaOf(form: Form): JsonObject {
  const required = Object.keys(form).filter((name) => form[name]!.isRequired);
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(form).map(([name, { schema }]) => [name, schema]),
    ),
    ...(required.length > 0 && { required }),
  };
}

function response({ about, body }: Answer) {
  if (body === null) return { description: about };
  const content = "json" in body
    ? { "application/json": { schema: { $ref: `#/components/schemas/${body.json}` } } }
    : Object.fromEntries(body.media.map((type) => [type, {}]));
  return { description: about, content };
}
