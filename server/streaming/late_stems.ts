/**
 * Stems of uploads. An upload is answered at once; its stems are made afterwards, one track at a time,
 * and handed to the sessions that play the track by then.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { SAMPLE_RATE, type StemFailedMessage } from "../../wire/mod.ts";
import type { AudioClip } from "./engine/engine.ts";
import type { StemSet } from "./events.ts";
import {
  type LibraryTrack,
  settle,
  type SourceLibrary,
  type SplitStems,
  type StemPair,
} from "./library.ts";
import type { StreamLog } from "./registry.ts";
import type { SessionSource } from "./session_options.ts";
import { OwnJobs, type SourcePreparer } from "./source_preparer.ts";

/** Most tracks that wait for their turn; the oldest goes for one more. */
const MAX_WAITING = 256;

/** A session as this needs it: what it plays, and where it takes news. */
export interface StemListener {
  readonly source: Pick<SessionSource, "fixtureName" | "clip">;
  /** Takes stems of what it plays. */
  publishStems(stems: StemSet): void;
  /** Takes the news that there are none. */
  publish(message: StemFailedMessage): void;
}

/** What {@link LateStems} is made of. */
export interface LateStemsOptions {
  readonly splitStems: SplitStems;
  /** Finds out who plays a track. */
  readonly preparer: SourcePreparer;
  readonly log: StreamLog;
  /** Has the uploads, and keeps their stems for swaps that come later. */
  readonly library: Pick<SourceLibrary, "find" | "keepStems" | "stemsOf">;
  /** The sessions of this moment. */
  readonly sessions: () => Iterable<StemListener>;
}

/** Makes stems later. */
export class LateStems {
  readonly #options: LateStemsOptions;
  readonly #stop = new AbortController();
  readonly #jobs: OwnJobs;
  /** Names only: what waits here keeps no audio that the library has let go. */
  readonly #waiting = new Set<string>();
  #splitting: LibraryTrack | null = null;

  /** Nothing is under way yet. */
  constructor(options: LateStemsOptions) {
    this.#options = options;
    this.#jobs = new OwnJobs(options.preparer);
  }

  /**
   * Splits an upload when those before it are done; one that waits already does so once. One that is
   * no longer kept when its turn comes gets no stems, and whoever plays it is told.
   */
  begin({ name }: LibraryTrack): void {
    if (this.#stop.signal.aborted) return;
    if (this.#splitting !== null && this.#splitting === this.#options.library.find(name)) return;
    this.#waiting.add(name);
    if (this.#splitting === null) return this.#next();
    if (this.#waiting.size <= MAX_WAITING) return;
    const [oldest] = this.#waiting;
    this.#waiting.delete(oldest!);
    this.#tellFailed(oldest!, null, `more than ${MAX_WAITING} uploads wait for theirs`);
  }

  /** Makes no more stems, not even those that are under way. */
  close(): void {
    this.#waiting.clear();
    this.#stop.abort();
    this.#jobs.close();
  }

  #next(): void {
    this.#splitting = null;
    const { library } = this.#options;
    for (const name of this.#waiting) {
      this.#waiting.delete(name);
      const track = library.find(name);
      if (track === null) this.#tellFailed(name, null, "the upload has made room for newer ones");
      else if (library.stemsOf(name) === null) return this.#split(track);
    }
  }

  #split(track: LibraryTrack): void {
    this.#splitting = track;
    const { splitStems } = this.#options;
    const { signal } = this.#stop;
    const done = (tell: () => void) => {
      if (signal.aborted) return;
      tell();
      this.#next();
    };
    settle(() => track.load(), (clip) => {
      settle(
        () => splitStems(clip, signal),
        (pair) =>
          done(() => {
            this.#options.library.keepStems(track, pair);
            this.#tellStems(track.name, clip, pair);
          }),
        (error) => done(() => this.#tellFailed(track.name, clip, errorMessage(error))),
      );
    }, (error) => done(() => this.#tellFailed(track.name, null, errorMessage(error))));
  }

  #tellStems(name: string, clip: AudioClip, pair: StemPair): void {
    const { channels, frames } = clip;
    this.#tell(name, clip, (session) =>
      session.publishStems({
        message: {
          type: "stem_assets",
          fixture_name: name,
          sample_rate: SAMPLE_RATE,
          channels,
          frames,
          stems: ["vocals", "instruments"],
          source_mode: "",
        },
        clips: [pair.vocals, pair.instruments],
      }));
  }

  #tellFailed(name: string, clip: AudioClip | null, error: string): void {
    this.#tell(
      name,
      clip,
      (session) => session.publish({ type: "stem_failed", fixture_name: name, error }),
    );
  }

  /**
   * Whoever plays the track is told; one that cannot take it in does not keep it from the others.
   * Without a clip the name has to do.
   */
  #tell(name: string, clip: AudioClip | null, tell: (session: StemListener) => void): void {
    for (const session of this.#options.sessions()) {
      const { source } = session;
      if (source.fixtureName !== name) continue;
      const tellOne = () => {
        try {
          tell(session);
        } catch (error) {
          this.#cannotTell(error);
        }
      };
      if (clip === null) {
        tellOne();
        continue;
      }
      // The name may be a label that a client gave to audio of its own.
      this.#jobs.prepare({ type: "compare", source: source.clip, track: clip }, (plays) => {
        if (plays && session.source.clip === source.clip) tellOne();
      }, (error) => this.#cannotTell(error));
    }
  }

  #cannotTell(error: unknown): void {
    this.#options.log("stems not delivered", { reason: errorMessage(error) });
  }
}
