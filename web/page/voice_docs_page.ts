/**
 * What the voice listener can be asked, as a page: drawn from its OpenAPI document.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../../server/page.ts";
import type {
  DescribedOperation,
  DescribedParameter,
  OpenApiDocument,
} from "../../server/voice/http/openapi.ts";

type Schema = Readonly<Record<string, unknown>>;

/** A field as it is shown. */
interface Row {
  readonly name: string;
  readonly where: string;
  readonly isRequired: boolean;
  readonly schema: Schema;
}

/** Draws the page. */
export function voiceDocsPage(document: OpenApiDocument): Markup {
  const { info, tags, paths } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
  );
  return page(
    "Headway · Voices · What it can be asked",
    html`<h1>Voices: what can be asked</h1>
<p class="lead">${prose(info.description)}</p>
<p class="quiet">Headway ${info.version}. The same for programs:
  <a href="/openapi.json">/openapi.json</a>. <a href="/dashboard">The page of voices</a>.</p>
<nav aria-label="Groups" class="groups">${
      tags.map(({ name }) =>
        html`
          <a href="#${anchor(name)}">${name}</a>
        `
      )
    }</nav>
${
      tags.map(({ name }) =>
        html`<section aria-labelledby="${anchor(name)}">
  <h2 id="${anchor(name)}">${name}</h2>
  ${
          operations.filter(({ operation }) => operation.tags.includes(name))
            .map(({ path, method, operation }) => entry(path, method, operation))
        }
</section>`
      )
    }`,
    html`<link rel="stylesheet" href="/docs.css">`,
  );
}

function entry(path: string, method: string, operation: DescribedOperation): Markup {
  const { operationId, summary, responses } = operation;
  const isSocket = "101" in responses;
  const rows = rowsOf(operation);
  return html`<details id="${operationId}">
  <summary><b>${isSocket ? "WS" : method.toUpperCase()}</b> <code>${path}</code>
    <span class="quiet">${prose(summary)}</span></summary>
  ${rows.length === 0 ? "" : fieldTable(rows)}
  <table class="answers">
    <thead><tr><th>Status</th><th>When</th><th>What</th></tr></thead>
    <tbody>${
    Object.entries(responses).map(([status, { description, content }]) =>
      html`
        <tr>
          <td>${status}</td>
          <td>${prose(description)}</td>
          <td>${Object.keys(content ?? {}).join(", ")}</td>
        </tr>
      `
    )
  }</tbody>
  </table>
</details>`;
}

function fieldTable(rows: readonly Row[]): Markup {
  return html`
    <table class="fields">
      <thead>
        <tr>
          <th>Field</th>
          <th>Where</th>
          <th>Kind</th>
          <th>What</th>
        </tr>
      </thead>
      <tbody>${rows.map(({ name, where, isRequired, schema }) =>
        html`
          <tr>
            <td><code>${name}</code></td>
            <td>${where}${isRequired ? ", needed" : ""}</td>
            <td>${kindOf(schema)}</td>
            <td>${prose(String(schema["description"] ?? ""))}</td>
          </tr>
        `
      )}</tbody>
    </table>
  `;
}

function rowsOf({ parameters, requestBody }: DescribedOperation): Row[] {
  return [
    ...parameters.map(({ name, in: where, required, schema }: DescribedParameter) => ({
      ...{ name, where, isRequired: required, schema },
    })),
    ...Object.entries(requestBody?.content ?? {}).flatMap(([type, { schema }]) => {
      const { properties = {}, required = [] } = schema as {
        readonly properties?: Readonly<Record<string, Schema>>;
        readonly required?: readonly string[];
      };
      const where = type === "application/json" ? "body" : "form";
      return Object.entries(properties).map(([name, schema]) => ({
        ...{ name, where, isRequired: required.includes(name), schema },
      }));
    }),
  ];
}

/** A text in which backticks mark code. */
function prose(text: string): Markup {
  return html`${text.split("`").map((part, i) => i % 2 === 0 ? part : html`<code>${part}</code>`)}`;
}

/** A schema in a few words: `number from 0.25 to 4, else 1.25`. */
function kindOf(schema: Schema): string {
  const { type, enum: names, const: only, pattern, minimum, maximum, default: usual } = schema;
  const kind = Array.isArray(names)
    ? names.map((name) => name ?? "null").join(" | ")
    : only !== undefined
    ? String(only)
    : pattern !== undefined
    ? String(pattern)
    : Array.isArray(type)
    ? type.join(" | ")
    : String(type ?? "anything");
  const range = minimum === undefined ? "" : ` from ${minimum} to ${maximum}`;
  const otherwise = usual === undefined || usual === null ? "" : `, else ${JSON.stringify(usual)}`;
  return `${kind}${range}${otherwise}`;
}

function anchor(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]+/g, "-");
}

/** What this page adds to the stylesheet of all pages. */
export const DOCS_STYLESHEET = `main { max-width: 60rem; }
.groups { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-top: 1rem; }
details { border-bottom: 1px solid var(--line); padding: .5rem 0; }
details[open] { padding-bottom: 1rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
summary b { display: inline-block; min-width: 4rem; font-size: .85rem; }
summary .quiet { display: block; padding-left: 5.1rem; }
details table { margin-top: .75rem; font-size: .9rem; table-layout: fixed; }
.fields th:nth-child(1) { width: 13.5rem; }
.fields th:nth-child(2) { width: 8.5rem; }
.fields th:nth-child(3) { width: 15rem; }
.answers th:nth-child(1) { width: 4.5rem; }
.answers th:nth-child(3) { width: 14rem; }
th, td { vertical-align: top; overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; }
@media (max-width: 40rem) {
  thead { display: none; }
  tr { display: block; border-bottom: 1px solid var(--line); padding: .4rem 0; }
  td { display: inline; border: 0; padding: 0; }
  td:first-child { font-weight: 600; }
  td:not(:first-child, :empty)::before { content: " · "; }
  summary .quiet { padding-left: 0; }
}
`;
