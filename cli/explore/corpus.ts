/**
 * What searches leave for those after them: failures as scenario files, and the worlds that were
 * worth it. `DIR/corpus.json` has the list.
 *
 * @module
 */
import { join } from "node:path";
import { z } from "zod";
import { errorMessage, UsageError } from "../../runtime/mod.ts";
import { type Finding, GENERATOR_VERSION, type Search } from "../../scenarios/explore/mod.ts";

/** Most worlds of one search that are kept. */
const MAX_KEPT = 500;

const keptFailureSchema = z.strictObject({
  /** Scenario file, in the same folder. */
  file: z.string().regex(/^[a-z0-9-]+\.json$/),
  invariant: z.string().max(100),
  fidelity: z.enum(["timing", "full"]),
  seed: z.number().int().min(0),
});

const corpusSchema = z.strictObject({
  version: z.literal(1),
  /** Numbers of worlds mean something to this generator only. */
  generator: z.number().int(),
  failures: z.array(keptFailureSchema).max(10_000),
  /** By fidelity and seed. */
  searches: z.record(
    z.string().max(100),
    z.strictObject({
      /** The first world that was not played yet. */
      next: z.number().int().min(0),
      /** Worlds that failed, or were the first to hit a mark. */
      kept: z.array(z.number().int().min(0)).max(10_000),
    }),
  ),
});

/** A failure of an earlier search. */
export type KeptFailure = z.infer<typeof keptFailureSchema>;

/** The corpus of one folder. */
export class Corpus {
  readonly #dir: string;
  #failures: KeptFailure[];
  readonly #searches: z.infer<typeof corpusSchema>["searches"];

  private constructor(dir: string, data: z.infer<typeof corpusSchema> | null) {
    this.#dir = dir;
    this.#failures = [...data?.failures ?? []];
    this.#searches = data?.generator === GENERATOR_VERSION ? { ...data.searches } : {};
  }

  /**
   * Opens a folder, which need not exist.
   *
   * @throws {UsageError} when `corpus.json` is there and is none.
   */
  static async open(dir: string): Promise<Corpus> {
    const path = join(dir, "corpus.json");
    let text: string;
    try {
      text = await Deno.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new Corpus(dir, null);
      throw new UsageError(`cannot read ${path}: ${errorMessage(error)}; name another folder`, {
        path,
      });
    }
    try {
      return new Corpus(dir, corpusSchema.parse(JSON.parse(text)));
    } catch (error) {
      const why = error instanceof z.ZodError
        ? error.issues.map((it) => `${it.path.join(".") || "(top)"}: ${it.message}`).join("; ")
        : errorMessage(error);
      throw new UsageError(`${path} is no corpus: ${why}; name another folder, or mend it`, {
        path,
      });
    }
  }

  /** Failures of earlier searches. */
  get failures(): readonly KeptFailure[] {
    return this.#failures;
  }

  /** Forgets failures whose file somebody took away, and gives them. */
  async forgetGone(): Promise<KeptFailure[]> {
    const gone: KeptFailure[] = [];
    for (const failure of this.#failures) {
      try {
        await Deno.stat(this.pathOf(failure));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
        gone.push(failure);
      }
    }
    this.#failures = this.#failures.filter((it) => !gone.includes(it));
    return gone;
  }

  /** Where a failure's scenario stands. */
  pathOf({ file }: Pick<KeptFailure, "file">): string {
    return join(this.#dir, file);
  }

  /** The first world of a search that was not played yet. */
  nextOf(search: Search): number {
    return this.#searches[keyOf(search)]?.next ?? 0;
  }

  /** Worlds of a search that are worth playing again. */
  keptOf(search: Search): readonly number[] {
    return this.#searches[keyOf(search)]?.kept ?? [];
  }

  /** Keeps a world. */
  keep(search: Search, index: number): void {
    const entry = this.#searches[keyOf(search)] ?? { next: 0, kept: [] };
    if (entry.kept.includes(index)) return;
    const kept = [...entry.kept, index].slice(-MAX_KEPT);
    this.#searches[keyOf(search)] = { ...entry, kept };
  }

  /** Keeps a failure: writes its scenario at once, so that nothing is lost whatever comes. */
  async add(finding: Finding): Promise<KeptFailure> {
    const { invariant, fidelity, seed, scenario } = finding;
    const kept: KeptFailure = { file: `${scenario.name}.json`, invariant, fidelity, seed };
    await this.#write(kept.file, scenario);
    const index = this.#failures.findIndex(({ file }) => file === kept.file);
    if (index < 0) this.#failures.push(kept);
    else this.#failures[index] = kept;
    return kept;
  }

  /** Writes the list. `next` is the first world of the search that was not played. */
  async save(search: Search, next: number): Promise<void> {
    const entry = this.#searches[keyOf(search)];
    this.#searches[keyOf(search)] = { kept: entry?.kept ?? [], next };
    await this.#write("corpus.json", {
      version: 1,
      generator: GENERATOR_VERSION,
      failures: this.#failures,
      searches: this.#searches,
    });
  }

  async #write(file: string, value: unknown): Promise<void> {
    const path = join(this.#dir, file);
    try {
      await Deno.mkdir(this.#dir, { recursive: true });
      // Aside first: a search that is killed leaves no half of a file.
      await Deno.writeTextFile(`${path}.part`, `${JSON.stringify(value, null, 2)}\n`);
      await Deno.rename(`${path}.part`, path);
    } catch (error) {
      throw new UsageError(`cannot write ${path}: ${errorMessage(error)}`, { path });
    }
  }
}

/** Searches with a planted bug are not those in earnest. */
function keyOf({ fidelity, seed, plant }: Search): string {
  return [fidelity, seed, ...(plant === null ? [] : [plant])].join("/");
}
