/**
 * Runs git with the arguments that it is given. A process of its own, so that Headway itself needs no
 * permission to start git, which is not on every machine.
 *
 * @module
 */
if (import.meta.main) {
  try {
    const { code } = await new Deno.Command("git", { args: Deno.args, stderr: "null" }).spawn()
      .status;
    Deno.exit(code);
  } catch {
    // It is not there, or is none of ours to run.
    Deno.exit(127);
  }
}
