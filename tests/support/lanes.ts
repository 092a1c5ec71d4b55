/**
 * Asks many questions of the lab side by side, one lane for each core.
 *
 * @module
 */
import type * as lab from "./lab.ts";

/** What can be asked. */
export type LabFunction =
  | "compareFidelities"
  | "failedSeeds"
  | "huntBug"
  | "runVaried"
  | "traceHashes";

/** A function of the lab and its arguments. */
export type Question<F extends LabFunction = LabFunction> = [
  name: F,
  ...Parameters<typeof lab[F]>,
];

/** What a worker says. */
export type Answer = { readonly value: unknown } | { readonly error: string };

/** Most lanes; more cores than this are left alone. */
const MAX_LANES = 4;

/** The answers, in the order of the questions. */
export async function askAll<F extends LabFunction>(
  questions: readonly Question<F>[],
): Promise<Awaited<ReturnType<typeof lab[F]>>[]> {
  const answers: unknown[] = questions.map(() => undefined);
  const width = Math.min(questions.length, navigator.hardwareConcurrency, MAX_LANES);
  let next = 0;
  await Promise.all(Array.from({ length: width }, async () => {
    const worker = new Worker(new URL("./lab_worker.ts", import.meta.url), { type: "module" });
    try {
      while (next < questions.length) {
        const i = next++;
        answers[i] = await ask(worker, questions[i]!);
      }
    } finally {
      worker.terminate();
    }
  }));
  return answers as Awaited<ReturnType<typeof lab[F]>>[];
}

function ask(worker: Worker, question: readonly unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ("value" in data) resolve(data.value);
      else reject(new Error(`${question.join(" ")}: ${data.error}`));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`${question.join(" ")}: ${event.message}`));
    };
    worker.postMessage(question);
  });
}
