/**
 * The stems that go with a source: which are wanted, and how they are made.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { SAMPLE_RATE } from "../../wire/mod.ts";
import type { StemMode } from "./engine/engine.ts";
import type { SwapEvent } from "./events.ts";
import { settle, type SplitStems } from "./library.ts";
import type { SessionSource } from "./session_options.ts";

/** The mode that a name stands for; null for anything else. */
export function stemMode(name: string | null): StemMode | null {
  const clean = name?.trim().toLowerCase();
  return clean === "full" || clean === "vocals" || clean === "instruments" ? clean : null;
}

/**
 * Which stems to make: what was asked for; without a wish none for a track that the server knows (the
 * client has them) nor for a nameless one, and both for any other.
 */
export function wantedStems(
  asked: string | null,
  name: string | null,
  isKnown: boolean,
): StemMode | null {
  return stemMode(asked) ?? (name === null || isKnown ? null : "full");
}

/**
 * Makes the stems of a source. A failure fails the request only if the source cannot be played
 * without them.
 */
export function makeStems(
  splitStems: SplitStems,
  source: SessionSource,
  mode: StemMode | null,
  done: (stems: SwapEvent["stems"]) => void,
  failed: (error: Error) => void,
): void {
  if (mode === null) return done(null);
  const name = source.fixtureName ?? "";
  settle(() => splitStems(source.clip), (pair) => {
    const { frames, channels } = source.clip;
    done({
      message: {
        type: "stem_assets",
        fixture_name: name,
        sample_rate: SAMPLE_RATE,
        channels,
        frames,
        stems: ["vocals", "instruments"],
        source_mode: mode,
      },
      clips: [pair.vocals, pair.instruments],
    });
  }, (error) => {
    if (mode === "full") {
      done({ type: "stem_failed", fixture_name: name, error: errorMessage(error) });
    } else failed(error);
  });
}
