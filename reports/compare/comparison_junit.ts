/**
 * A comparison as JUnit XML: a suite for each scenario, a case for each figure.
 *
 * @module
 */
import { escapeXml } from "../escape.ts";
import type { Change, Comparison, ScenarioComparison } from "./comparison.ts";

interface Case {
  readonly name: string;
  readonly verdict: Change;
  readonly message: string;
}

/** JUnit XML: what is worse has failed, what cannot be compared is skipped. */
export function comparisonJunit({ scenarios }: Comparison): string {
  const suites = scenarios.map((scenario) => ({ name: scenario.name, cases: casesOf(scenario) }));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="headway comparison" ${counts(suites.flatMap(({ cases }) => cases))}>`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name="${escapeXml(name)}" ${counts(cases)}>`,
      ...cases.map((it) => caseLine(name, it)),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

function casesOf({ verdict, reasons, metrics }: ScenarioComparison): Case[] {
  if (metrics.length === 0) {
    return [{ name: "is comparable", verdict, message: reasons.join("; ") }];
  }
  return metrics.map(({ title, verdict, reason }) => ({ name: title, verdict, message: reason }));
}

function caseLine(suite: string, { name, verdict, message }: Case): string {
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
  const text = escapeXml(message);
  if (verdict === "worse") return `${open}><failure message="worse: ${text}"/></testcase>`;
  if (verdict === "incomparable") return `${open}><skipped message="${text}"/></testcase>`;
  return `${open}><system-out>${escapeXml(verdict)}: ${text}</system-out></testcase>`;
}

function counts(cases: readonly Case[]): string {
  const of = (change: Change) => cases.filter(({ verdict }) => verdict === change).length;
  return `tests="${cases.length}" failures="${of("worse")}" errors="0" ` +
    `skipped="${of("incomparable")}"`;
}
