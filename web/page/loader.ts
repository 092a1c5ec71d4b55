import { scriptLoader } from "./script_loader.ts";

/** Loads the player. */
export const PLAYER_LOADER = scriptLoader("/assets/player.js", "The player");
