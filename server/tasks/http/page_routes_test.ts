import { assert, assertEquals } from "@std/assert";
import { TOKEN } from "../../../tests/support/request_facts.ts";
import { askRoute } from "../../../tests/support/terminal_client.ts";
import { terminalServer } from "../../../tests/support/terminal_server.ts";

Deno.test("the pages have a policy of their own, and hold nothing of what they are asked for", async () => {
  await using server = await terminalServer();
  const evil = "<script>alert(1)</script>";
  const pages: string[] = [];
  for (
    const path of [`/?session=${encodeURIComponent(evil)}`, `/tasks/${encodeURIComponent(evil)}`]
  ) {
    const { status, body, headers } = await askRoute(server, path);
    assertEquals(status, 200, path);
    const policy = headers.get("Content-Security-Policy")!;
    for (
      const part of [
        ...["default-src 'self'", "script-src 'self';", "style-src 'self' 'unsafe-inline'"],
        ...["connect-src 'self'", "object-src 'none'", "frame-ancestors 'none'"],
      ]
    ) assert(policy.includes(part), `${part} in ${policy}`);
    assertEquals(headers.get("Referrer-Policy"), "no-referrer");
    assert(!body.includes("alert("));
    pages.push(body);
  }
  assertEquals(pages[0], pages[1]);
  const inbox = await askRoute(server, "/tasks");
  assert(inbox.body.includes("/inbox.js"));
  // No script and no style stands in a page itself.
  for (const page of [...pages, inbox.body]) {
    assert(!/<script(?![^>]*src=)|<style|\son\w+=/i.test(page));
  }
});

Deno.test("the first page without a session is another one", async () => {
  await using server = await terminalServer();
  assertEquals((await askRoute(server, "/")).body, "home");
  assertEquals((await askRoute(server, "/?watch=abc")).body, "home");
});

Deno.test("who may not come in sees none of it", async () => {
  await using server = await terminalServer({ token: TOKEN });
  const away = { "X-Forwarded-For": "203.0.113.7" };
  for (const path of ["/?session=x", "/tasks", "/tasks/x", "/terminal.js", "/api/tasks"]) {
    const { status, body } = await askRoute(server, path, undefined, away);
    assertEquals(status, 401, path);
    assert(!JSON.stringify(body).includes("terminal.js"), path);
  }
  const { status } = await askRoute(server, "/api/tasks", undefined, {
    ...{ ...away, Authorization: `Bearer ${TOKEN}` },
  });
  assertEquals(status, 200);
});
