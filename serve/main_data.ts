import { writeWav } from "../audio/mod.ts";
import { fixtureWav } from "../fixtures/mod.ts";
import type { MainRouteData } from "../server/streaming/main_routes.ts";
import type { SourceLibrary, StreamRegistry } from "../server/streaming/mod.ts";
import { knobManifest, protocolTables } from "../wire/mod.ts";

/** What the GET routes of the main port answer from. Without a registry there is no backend. */
export function mainRouteData(
  library: SourceLibrary,
  registry: StreamRegistry | null,
  facts: Pick<MainRouteData, "maxSessions" | "controlUrl">,
): MainRouteData {
  const knobs = knobManifest({ sde: false, loras: [], manualSlots: 0, steeringAxes: [] });
  const protocol = protocolTables();
  return {
    ...facts,
    serverInfo: () => ({
      no_backend: registry === null,
      kiosk: false,
      default_mode: "graph",
      warmup: null,
      server_side_fixtures: registry === null ? [] : library.fixtureNames,
    }),
    fixtures: () => library.fixtureNames,
    uploads: () => library.uploadNames,
    wav: async (kind, name) => {
      if (kind === "fixture") return library.isFixture(name) ? fixtureWav(name) : null;
      const track = library.isFixture(name) ? null : library.find(name);
      if (track === null) return null;
      const { audio, channels } = await track.load();
      return writeWav(audio, channels);
    },
    loras: () => registry?.options.loraCatalog ?? [],
    knobs: () => knobs,
    protocol: () => protocol,
    sessions: () => registry?.list() ?? [],
  };
}
