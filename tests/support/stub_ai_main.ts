/**
 * A command in the place of a model's: what it says is chosen by a word in its prompt.
 *
 * @module
 */
const prompt = await new Response(Deno.stdin.readable).text();
const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
const wish = /WISH:(\w+)/.exec(prompt)?.[1] ?? "reply";
switch (wish) {
  case "world":
    say(JSON.stringify({
      files: [...Deno.readDirSync(".")].map(({ name }) => name),
      folder: Deno.cwd(),
      names: Object.keys(Deno.env.toObject()),
    }));
    Deno.writeTextFileSync("left-behind", "");
    break;
  case "slow":
    Deno.addSignalListener("SIGTERM", () => Deno.writeTextFileSync("told-to-end", ""));
    Deno.writeTextFileSync("begun", "");
    await new Promise((resolve) => setTimeout(resolve, 600_000));
    break;
  case "huge":
    for (let i = 0; i < 40; i++) say("x".repeat(65_536));
    break;
  case "flood": {
    // It does not listen, and writes as long as somebody reads, 64 MiB at most.
    Deno.addSignalListener("SIGTERM", () => {});
    let pieces = 0;
    try {
      while (pieces < 1024) {
        say("x".repeat(65_536));
        pieces++;
      }
    } catch {
      // Nobody reads any more.
    }
    Deno.writeTextFileSync("pieces", String(pieces));
    break;
  }
  case "fail":
    console.error("first line\nInvalid API key");
    Deno.exit(1);
    break;
  case "turns":
    say(JSON.stringify({ type: "result", subtype: "error_max_turns", total_cost_usd: 0.3 }));
    Deno.exit(1);
    break;
  default:
    say(JSON.stringify({
      ...{ type: "result", subtype: "success", is_error: false, total_cost_usd: 0.01 },
      result: "Yes, push it to the branch.",
    }));
}
