import { scriptLoader } from "./script_loader.ts";

/** Loads the player. */
export const PLAYER_LOADER = scriptLoader("/assets/player.js", "The player");

/** Loads the page of voices. */
export const VOICE_LOADER = scriptLoader("/assets/voice.js", "The page");
