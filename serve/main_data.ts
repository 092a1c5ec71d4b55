import { wavPieces } from "../audio/mod.ts";
import type { Clock } from "../runtime/mod.ts";
import type { RequestFacts } from "../server/gate.ts";
import type { MainRouteData } from "../server/streaming/main_routes.ts";
import type { SourceLibrary, StreamRegistry } from "../server/streaming/mod.ts";
import { playerPage } from "../web/page/player_page.ts";
import { knobManifest, protocolTables } from "../wire/mod.ts";

/** One after the other, with room for other work in between. */
async function* gently<T>(items: Iterable<T>, clock: Clock): AsyncGenerator<T> {
  for (const item of items) {
    yield item;
    await clock.sleep(0);
  }
}

/** What the GET routes of the main port answer from. Without a registry there is no backend. */
export function mainRouteData(
  library: SourceLibrary,
  registry: StreamRegistry | null,
  facts: {
    readonly maxSessions: number;
    controlUrl(): string | null;
    /** Where whoever asks finds the voice listener. */
    voiceUrl(asked: RequestFacts): string | null;
  },
  clock: Clock,
): MainRouteData {
  const knobs = knobManifest({ sde: false, loras: [], manualSlots: 0, steeringAxes: [] });
  const protocol = protocolTables();
  return {
    serverInfo: () => ({
      no_backend: registry === null,
      kiosk: false,
      default_mode: "graph",
      warmup: null,
      server_side_fixtures: registry === null ? [] : library.fixtureNames,
      max_sessions: facts.maxSessions,
    }),
    fixtures: () => library.fixtureNames,
    uploads: () => library.uploadNames,
    wav: async (kind, name) => {
      const track = library.isFixture(name) === (kind === "fixture") ? library.find(name) : null;
      if (track === null) return null;
      const { audio, channels } = await track.load();
      const { byteLength, pieces } = wavPieces(audio, channels);
      return { byteLength, pieces: gently(pieces, clock) };
    },
    loras: () => registry?.options.loraCatalog ?? [],
    knobs: () => knobs,
    protocol: () => protocol,
    home: (isIn, asked) =>
      playerPage({
        hasBackend: registry !== null,
        fixtures: library.fixtureNames,
        uploads: library.uploadNames,
        loras: registry?.options.loraCatalog ?? [],
        knobs,
        sessionCount: registry?.list().length ?? 0,
        maxSessions: facts.maxSessions,
        controlUrl: facts.controlUrl(),
        voicesUrl: voicesUrl(facts.voiceUrl(asked)),
      }, isIn),
  };
}

const voicesUrl = (voiceUrl: string | null) => voiceUrl === null ? null : `${voiceUrl}/dashboard`;
