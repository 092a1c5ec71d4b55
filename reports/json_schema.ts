import { z } from "zod";
import { REPORT_SCHEMA } from "./model.ts";
import { reportSchema } from "./report_schema.ts";

/** The JSON Schema of `report.json`, as committed in `report.schema.json`. */
export function reportJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, { io: "input" });
  const page = { $schema, title: REPORT_SCHEMA, ...schema };
  return `${JSON.stringify(page, null, 2)}\n`;
}
