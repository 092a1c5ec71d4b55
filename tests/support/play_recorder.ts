/**
 * Stands for a player of sound: notes in a file what it was given to play, and makes no sound. For
 * tests of a whole server.
 *
 *     play_recorder.ts NOTES FILE.wav
 *
 * @module
 */
const [notes, path] = Deno.args;
const wav = await Deno.readFile(path!);
const kind = new TextDecoder().decode(wav.subarray(0, 4));
await Deno.writeTextFile(notes!, `${kind} ${wav.length}\n`, { append: true });
