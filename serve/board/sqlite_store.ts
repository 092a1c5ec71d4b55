/**
 * Keeps the board in a database file: `board.db` in the home folder. Only the thread that reads
 * transcripts writes to it.
 *
 * @module
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { TranscriptId } from "../../server/board/ids.ts";
import type {
  BoardStore,
  DocumentKind,
  QuarterUsage,
  SearchText,
  StoredSession,
} from "../../server/board/library/store.ts";
import type { UsageDelta, UsageLedger } from "../../server/board/money/charge.ts";
import type { UsageEntry } from "../../server/board/money/usage.ts";

/** The form of the tables. Another one is made anew from the transcripts. */
const SCHEMA_VERSION = "1";

const SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE session (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  born_ms REAL NOT NULL,
  append_ms REAL NOT NULL,
  archived INTEGER NOT NULL,
  usd REAL NOT NULL,
  worst_health TEXT NOT NULL,
  facts TEXT NOT NULL
);
CREATE TABLE file_state (
  path TEXT PRIMARY KEY,
  session TEXT NOT NULL,
  agent TEXT,
  counted_to REAL NOT NULL,
  tail TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX file_of_session ON file_state (session);
CREATE TABLE view (
  session TEXT PRIMARY KEY,
  seen_ms REAL NOT NULL,
  snoozed_until_ms REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE usage_seen (
  msg TEXT NOT NULL,
  req TEXT NOT NULL,
  session TEXT NOT NULL,
  model TEXT NOT NULL,
  q15 INTEGER NOT NULL,
  ts REAL NOT NULL,
  input REAL NOT NULL,
  output REAL NOT NULL,
  cr REAL NOT NULL,
  cw5 REAL NOT NULL,
  cw1 REAL NOT NULL,
  usd REAL NOT NULL,
  bits INTEGER NOT NULL,
  PRIMARY KEY (msg, req)
) WITHOUT ROWID;
CREATE TABLE usage_q (
  session TEXT NOT NULL,
  q15 INTEGER NOT NULL,
  model TEXT NOT NULL,
  cost REAL NOT NULL,
  input REAL NOT NULL,
  output REAL NOT NULL,
  cr REAL NOT NULL,
  cw5 REAL NOT NULL,
  cw1 REAL NOT NULL,
  PRIMARY KEY (session, q15, model)
) WITHOUT ROWID;
CREATE INDEX usage_by_time ON usage_q (q15);
CREATE VIRTUAL TABLE session_text USING fts5 (title, project, branch, prompt);
`;

/** What cannot be made anew stays, whatever becomes of the other tables. */
const DOCUMENTS = `
CREATE TABLE IF NOT EXISTS document (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID;
`;

const SIDECHAIN = 1;
const RECORDED = 2;
const PRICED = 4;

/** The board in a database. */
export class SqliteStore implements BoardStore {
  readonly ledger: UsageLedger;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** What is in the index of texts, so that it is not written again and again. */
  readonly #texts = new Map<string, string>();

  /** Opens a database, and makes its tables if need be. `:memory:` keeps nothing. */
  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    this.#db.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA busy_timeout = 2000",
    );
    if (this.#version() !== SCHEMA_VERSION) this.#makeTables();
    this.#db.exec(DOCUMENTS);
    this.ledger = {
      of: (messages) => this.#seen(messages),
      put: (entries) => this.#see(entries),
      forget: (session) => this.#run("DELETE FROM usage_seen WHERE session = ?", session),
    };
  }

  /** See {@link BoardStore.load}. */
  load(): StoredSession[] {
    const files = new Map<string, StoredSession["files"][number][]>();
    for (const row of this.#all("SELECT * FROM file_state")) {
      const file = {
        path: String(row["path"]),
        agent: row["agent"] === null ? null : String(row["agent"]),
        countedTo: Number(row["counted_to"]),
        tail: JSON.parse(String(row["tail"])),
      };
      const session = String(row["session"]);
      const known = files.get(session);
      if (known === undefined) files.set(session, [file]);
      else known.push(file);
    }
    const sessions = this.#all(
      "SELECT * FROM session LEFT JOIN view ON view.session = session.id",
    );
    return sessions.map((row) => ({
      id: String(row["id"]) as TranscriptId,
      source: String(row["source"]),
      facts: JSON.parse(String(row["facts"])),
      files: files.get(String(row["id"])) ?? [],
      view: {
        seenMs: Number(row["seen_ms"] ?? 0),
        snoozedUntilMs: Number(row["snoozed_until_ms"] ?? 0),
      },
      bornMs: Number(row["born_ms"]),
      appendMs: Number(row["append_ms"]),
      isArchived: Number(row["archived"]) === 1,
    }));
  }

  /** See {@link BoardStore.together}. */
  together<T>(work: () => T): T {
    if (this.#db.isTransaction) return work();
    this.#db.exec("BEGIN");
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** See {@link BoardStore.save}. */
  save(session: StoredSession, search: SearchText): void {
    const { id, facts, view } = session;
    this.#run(
      `INSERT INTO session (id, source, born_ms, append_ms, archived, usd, worst_health, facts)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET source = excluded.source, born_ms = excluded.born_ms,
         append_ms = excluded.append_ms, archived = excluded.archived, usd = excluded.usd,
         worst_health = excluded.worst_health, facts = excluded.facts`,
      ...[id, session.source, session.bornMs, session.appendMs, session.isArchived ? 1 : 0],
      ...[facts.usage.usd, facts.worstHealth, JSON.stringify(facts)],
    );
    this.#run(
      "INSERT OR REPLACE INTO view (session, seen_ms, snoozed_until_ms) VALUES (?, ?, ?)",
      ...[id, view.seenMs, view.snoozedUntilMs],
    );
    for (const { path, agent, countedTo, tail } of session.files) {
      this.#run(
        "INSERT OR REPLACE INTO file_state (path, session, agent, counted_to, tail) VALUES (?, ?, ?, ?, ?)",
        ...[path, id, agent, countedTo, JSON.stringify(tail)],
      );
    }
    this.#saveText(id, search);
  }

  /** See {@link BoardStore.addUsage}. */
  addUsage(deltas: readonly UsageDelta[]): void {
    for (const it of summed(deltas)) {
      this.#run(
        `INSERT INTO usage_q (session, q15, model, cost, input, output, cr, cw5, cw1)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (session, q15, model) DO UPDATE SET cost = cost + excluded.cost,
           input = input + excluded.input, output = output + excluded.output,
           cr = cr + excluded.cr, cw5 = cw5 + excluded.cw5, cw1 = cw1 + excluded.cw1`,
        ...[it.session, it.quarter, it.model, it.usd, it.input, it.output, it.cacheRead],
        ...[it.cacheWrite5m, it.cacheWrite1h],
      );
    }
  }

  /** See {@link BoardStore.forgetUsage}. */
  forgetUsage(session: TranscriptId): void {
    this.ledger.forget(session);
    this.#run("DELETE FROM usage_q WHERE session = ?", session);
  }

  /** See {@link BoardStore.usage}. */
  usage(from: number, to: number): readonly QuarterUsage[] {
    return this.#all(
      "SELECT session, q15, model, cost FROM usage_q WHERE q15 >= ? AND q15 < ?",
      ...[from, to],
    ).map((row) => ({
      session: String(row["session"]),
      quarter: Number(row["q15"]),
      model: String(row["model"]),
      usd: Number(row["cost"]),
    }));
  }

  /** See {@link BoardStore.documents}. */
  documents(kind: DocumentKind): Iterable<readonly [string, string]> {
    return this.#all("SELECT key, json FROM document WHERE kind = ?", kind)
      .map(({ key, json }) => [String(key), String(json)] as const);
  }

  /** See {@link BoardStore.putDocument}. */
  putDocument(kind: DocumentKind, key: string, json: string | null): void {
    if (json === null) this.#run("DELETE FROM document WHERE kind = ? AND key = ?", kind, key);
    else {
      this.#run(
        "INSERT OR REPLACE INTO document (kind, key, json) VALUES (?, ?, ?)",
        kind,
        key,
        json,
      );
    }
  }

  /** See {@link BoardStore.search}. */
  search(words: string): ReadonlySet<string> {
    const terms = words.match(/[\p{L}\p{N}]+/gu) ?? [];
    if (terms.length === 0) return new Set();
    const rows = this.#all(
      `SELECT id FROM session JOIN session_text ON session_text.rowid = session.no
       WHERE session_text MATCH ?`,
      terms.map((term) => `"${term}"*`).join(" "),
    );
    return new Set(rows.map(({ id }) => String(id)));
  }

  /** See {@link BoardStore.close}. */
  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #saveText(id: string, { title, project, branch, prompt }: SearchText): void {
    const text = [title, project, branch, prompt].join("\n");
    if (this.#texts.get(id) === text) return;
    this.#texts.set(id, text);
    const [row] = this.#all("SELECT no FROM session WHERE id = ?", id);
    const no = Number(row!["no"]);
    this.#run("DELETE FROM session_text WHERE rowid = ?", no);
    this.#run(
      "INSERT INTO session_text (rowid, title, project, branch, prompt) VALUES (?, ?, ?, ?, ?)",
      ...[no, title, project, branch, prompt],
    );
  }

  #seen(messages: Iterable<string>): Map<string, readonly UsageEntry[]> {
    const rows = runsOf([...messages]).flatMap((run) =>
      this.#all(`SELECT * FROM usage_seen WHERE msg IN (${listOf("?", run)})`, ...run)
    );
    return Map.groupBy(rows.map(entryOf), ({ message }) => message);
  }

  #see(entries: readonly UsageEntry[]): void {
    for (const run of runsOf(entries)) {
      this.#run(
        `INSERT OR REPLACE INTO usage_seen
         (msg, req, session, model, q15, ts, input, output, cr, cw5, cw1, usd, bits)
         VALUES ${listOf("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", run)}`,
        ...run.flatMap(rowOf),
      );
    }
  }

  #version(): string | null {
    const [table] = this.#all("SELECT name FROM sqlite_master WHERE name = 'meta'");
    if (table === undefined) return null;
    const [row] = this.#all("SELECT value FROM meta WHERE key = 'schema'");
    return row === undefined ? null : String(row["value"]);
  }

  #makeTables(): void {
    const tables = this.#all(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'session_text_%' AND name != 'document'",
    );
    this.together(() => {
      for (const { name } of tables) this.#db.exec(`DROP TABLE IF EXISTS "${name}"`);
      this.#db.exec(SCHEMA);
      this.#run("INSERT INTO meta (key, value) VALUES ('schema', ?)", SCHEMA_VERSION);
    });
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, statement = this.#db.prepare(sql));
    return statement;
  }

  #all(sql: string, ...values: (string | number | null)[]): Record<string, unknown>[] {
    return this.#statement(sql).all(...values);
  }

  #run(sql: string, ...values: (string | number | null)[]): void {
    this.#statement(sql).run(...values);
  }
}

/** Changes of the same session, quarter of an hour and model as one. */
function summed(deltas: readonly UsageDelta[]): Iterable<UsageDelta> {
  const sums = new Map<string, UsageDelta>();
  for (const it of deltas) {
    const key = `${it.session}\n${it.quarter}\n${it.model}`;
    const other = sums.get(key);
    sums.set(
      key,
      other === undefined ? it : {
        ...other,
        usd: other.usd + it.usd,
        input: other.input + it.input,
        output: other.output + it.output,
        cacheRead: other.cacheRead + it.cacheRead,
        cacheWrite5m: other.cacheWrite5m + it.cacheWrite5m,
        cacheWrite1h: other.cacheWrite1h + it.cacheWrite1h,
      },
    );
  }
  return sums.values();
}

/** So many entries go through one statement; each number of them has one that is kept. */
const RUN = 32;

/** A list, cut into runs. */
function runsOf<T>(all: readonly T[]): T[][] {
  const runs: T[][] = [];
  for (let at = 0; at < all.length; at += RUN) runs.push(all.slice(at, at + RUN));
  return runs;
}

function listOf(place: string, { length }: readonly unknown[]): string {
  return Array(length).fill(place).join(", ");
}

function rowOf(entry: UsageEntry): (string | number)[] {
  const bits = (entry.isSidechain ? SIDECHAIN : 0) | (entry.isRecorded ? RECORDED : 0) |
    (entry.isPriced ? PRICED : 0);
  return [
    ...[entry.message, entry.request, entry.session, entry.model, entry.quarter, entry.timeMs],
    ...[entry.input, entry.output, entry.cacheRead, entry.cacheWrite5m, entry.cacheWrite1h],
    ...[entry.usd, bits],
  ];
}

function entryOf(row: Record<string, unknown>): UsageEntry {
  const bits = Number(row["bits"]);
  return {
    message: String(row["msg"]),
    request: String(row["req"]),
    session: String(row["session"]),
    model: String(row["model"]),
    quarter: Number(row["q15"]),
    timeMs: Number(row["ts"]),
    input: Number(row["input"]),
    output: Number(row["output"]),
    cacheRead: Number(row["cr"]),
    cacheWrite5m: Number(row["cw5"]),
    cacheWrite1h: Number(row["cw1"]),
    usd: Number(row["usd"]),
    isSidechain: (bits & SIDECHAIN) !== 0,
    isRecorded: (bits & RECORDED) !== 0,
    isPriced: (bits & PRICED) !== 0,
  };
}
