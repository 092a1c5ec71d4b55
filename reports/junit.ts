/**
 * JUnit XML: a suite for each run, a case for each expectation.
 *
 * @module
 */
import { escapeXml } from "./escape.ts";
import type { ExpectationResult } from "../scenarios/result.ts";
import { round } from "./json.ts";
import type { Report } from "./model.ts";
import { failuresOf, hasMirrorFailure, type Problem, withUnit } from "./summary.ts";

type Outcome =
  | { readonly kind: "passed"; readonly note?: string }
  | { readonly kind: "failure" | "error" | "skipped"; readonly message: string };

interface Case {
  readonly name: string;
  readonly outcome: Outcome;
}

/** JUnit XML for runs, and for scenarios that left no report. */
export function junitXml(reports: readonly Report[], problems: readonly Problem[] = []): string {
  const suites = [
    ...reports.map((report) =>
      suiteOf(report.scenario, casesOf(report), report.timing.wallS, report.shows)
    ),
    ...problems.map(({ name, message }) =>
      suiteOf(name, [{ name: "runs", outcome: { kind: "error", message } }], 0)
    ),
  ];
  const cases = [
    ...reports.flatMap(casesOf),
    ...problems.map(({ message }): Case => ({ name: "", outcome: { kind: "error", message } })),
  ];
  const wallS = reports.reduce((sum, report) => sum + report.timing.wallS, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="headway" ${countsOf(cases)} time="${wallS.toFixed(3)}">`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function casesOf(report: Report): Case[] {
  const { verdict, mirror } = report;
  if (verdict === "inconclusive" || verdict === "not-applicable") {
    const message = `${verdict}: ${report.reason ?? "no reason given"}`;
    const names = report.expectations.map(({ name }) => name);
    return (names.length === 0 ? ["verdict"] : names).map((name) => ({
      name,
      outcome: { kind: "skipped", message },
    }));
  }
  const cases = report.expectations.map((it): Case => ({ name: it.name, outcome: judge(it) }));
  if (hasMirrorFailure(report)) {
    const message = `client and server mirrors differ (${mirror.checkedSlices} slices compared)`;
    cases.push({
      name: "client and server mirrors are equal",
      outcome: { kind: "failure", message },
    });
  }
  // However the run came to fail, a reader of this file must see it.
  if (verdict === "failed" && !cases.some(({ outcome }) => outcome.kind === "failure")) {
    const message = failuresOf(report).join("; ");
    cases.push({ name: "verdict", outcome: { kind: "failure", message } });
  }
  return cases;
}

function judge(it: ExpectationResult): Outcome {
  // As report.json has it: a merged report is made from files.
  const actual = typeof it.actual === "number" ? round(it.actual) : it.actual;
  const found = `${it.metric} is ${withUnit(actual, it.unit)}, limit ${
    withUnit(it.limit, it.unit)
  }`;
  if (it.passed !== it.expectedToFail) {
    return it.expectedToFail ? { kind: "passed", note: `fails as foretold: ${found}` } : {
      kind: "passed",
    };
  }
  return {
    kind: "failure",
    message: it.expectedToFail ? `holds, though it was to fail: ${found}` : found,
  };
}

function suiteOf(
  name: string,
  cases: readonly Case[],
  wallS: number,
  shows: readonly string[] = [],
): string {
  const suite = escapeXml(name);
  return [
    `  <testsuite name="${suite}" ${countsOf(cases)} time="${wallS.toFixed(3)}">`,
    // The known failures that the scenario shows, where readers of this format look for extras.
    ...(shows.length === 0 ? [] : [
      "    <properties>",
      ...shows.map((mode) => `      <property name="shows" value="${escapeXml(mode)}"/>`),
      "    </properties>",
    ]),
    ...cases.map(({ name, outcome }) => {
      const open = `    <testcase classname="${suite}" name="${escapeXml(name)}"`;
      if (outcome.kind === "passed") {
        if (outcome.note === undefined) return `${open}/>`;
        return `${open}><system-out>${escapeXml(outcome.note)}</system-out></testcase>`;
      }
      return `${open}><${outcome.kind} message="${escapeXml(outcome.message)}"/></testcase>`;
    }),
    "  </testsuite>",
  ].join("\n");
}

function countsOf(cases: readonly Case[]): string {
  const of = (kind: Outcome["kind"]) => cases.filter(({ outcome }) => outcome.kind === kind).length;
  return `tests="${cases.length}" failures="${of("failure")}" errors="${of("error")}" ` +
    `skipped="${of("skipped")}"`;
}
