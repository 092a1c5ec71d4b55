import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../runtime/mod.ts";
import { commandText, isServeCommand, unseenError } from "./holders.ts";
import { inTheWay, listeningProcesses, listeningSockets } from "./listening.ts";
import { systemProcesses } from "./processes.ts";

const TABLE_4 =
  `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0526 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1660595 1 000000006b1d7c1a 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 000000006b1d7c1b 100 0 0 10 0
   2: 0100007F:0526 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 1660599 1 000000006b1d7c1c 20 4 30 10 -1
`;
const TABLE_6 =
  `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:0526 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 777 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 778 1 0000000000000000 100 0 0 10 0
   2: 0000000000000000FFFF00000200007F:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 779 1 0000000000000000 100 0 0 10 0
   3: B80D01200000000067452301EFCDAB89:0052 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 780 1 0000000000000000 100 0 0 10 0
`;

Deno.test("listeningSockets reads who listens, of IPv4 and IPv6, and no connections", () => {
  assertEquals(listeningSockets(TABLE_4 + TABLE_6), [
    { address: "127.0.0.1", port: 1318, uid: 1000, inode: 1_660_595 },
    { address: "0.0.0.0", port: 22, uid: 0, inode: 12_345 },
    { address: "[::1]", port: 1318, uid: 1001, inode: 777 },
    { address: "[::]", port: 80, uid: 33, inode: 778 },
    { address: "127.0.0.2", port: 81, uid: 33, inode: 779 },
    { address: "[2001:db8::123:4567:89ab:cdef]", port: 82, uid: 33, inode: 780 },
  ]);
  assertEquals(listeningSockets("nonsense\n"), []);
});

Deno.test("listeningProcesses reads what lsof prints, and leaves the rest out", () => {
  const text = "p501\nu1000\nf7\ntIPv4\nn127.0.0.1:1318\nf8\ntIPv6\nn[::1]:1318\n" +
    "p502\nu33\nf3\ntIPv6\nn*:80\nf4\ntIPv4\nn*:81\nf5\ntIPv4\nnlocalhost\np\nwhat\n";
  assertEquals(listeningProcesses(text), [
    { address: "127.0.0.1", port: 1318, uid: 1000, pid: 501 },
    { address: "[::1]", port: 1318, uid: 1000, pid: 501 },
    { address: "[::]", port: 80, uid: 33, pid: 502 },
    { address: "0.0.0.0", port: 81, uid: 33, pid: 502 },
  ]);
  assertEquals(listeningProcesses(""), []);
});

Deno.test("inTheWay finds the socket of that address, or else the one of all addresses", () => {
  const socket = (address: string, port = 1318) => ({ address, port, uid: 0 });
  const [four, six, all4, all6, elsewhere, next] = [
    socket("127.0.0.1"),
    socket("[::1]"),
    socket("0.0.0.0"),
    socket("[::]"),
    socket("10.0.0.1"),
    socket("127.0.0.1", 1319),
  ];
  const every = [next, elsewhere, all6, all4, six, four];
  const found = (all: typeof every, ...addresses: string[]) => inTheWay(all, addresses, 1318);
  assertEquals(found(every, "127.0.0.1"), [four]);
  assertEquals(found(every, "::1"), [six]);
  assertEquals(found([elsewhere, all6, all4], "127.0.0.1"), [all4]);
  assertEquals(found([elsewhere, all6], "127.0.0.1"), [all6]);
  assertEquals(found([elsewhere, all4], "::1"), []);
  assertEquals(found([four, six], "127.0.0.1", "::1"), [four, six], "a name of both");
  assertEquals(found(every, "0.0.0.0"), [elsewhere, all6, all4, four]);
  assertEquals(found(every, "::"), [elsewhere, all6, all4, six, four]);
  assertEquals(found(every, "nowhere at all"), []);
});

Deno.test("a command is shown without secrets, control characters and its end", () => {
  assertEquals(
    commandText(["/usr/bin/deno", "run", "cli/main.ts", "serve", "--token=abc", "--port", "1"]),
    "deno run cli/main.ts serve --token=… --port 1",
  );
  assertEquals(commandText(["x", "--api-key", "abc", "--token", "-v"]), "x --api-key … --token -v");
  assertEquals(
    commandText(["x", "--ntfy-url=https://ntfy.example/mine", "--ntfy-url", "https://n.example/m"]),
    "x --ntfy-url=… --ntfy-url …",
  );
  assertEquals(
    commandText(["x", "http://me:p@ss@a.example/b@c", "--voice-url=https://abc@b.example?q#f"]),
    "x http://…@a.example/b@c --voice-url=https://…@b.example?q#f",
  );
  assertEquals(
    commandText(["x", "--from=http://a.example/me:b@c", "me@a.example"]).includes("…"),
    false,
  );
  assertEquals(commandText(["x", "--token=a\nb"]), "x --token=…", "more lines than one");
  assertEquals(commandText(["a\x1b[2J", "b\nc"]), "a\ufffd[2J b\ufffdc");
  assertEquals(commandText(["x".repeat(300)]), `${"x".repeat(200)}…`);
  assertEquals(commandText([]), "");
});

Deno.test("isServeCommand knows the command of a server from others", () => {
  assertEquals(isServeCommand(["deno", "run", "-A", "/a b/cli/main.ts", "serve", "-v"]), true);
  assertEquals(isServeCommand(["deno", "run", "cli/main.ts", "serve"]), true);
  assertEquals(isServeCommand(["deno", "run", "cli/main.ts", "record", "serve"]), false);
  assertEquals(isServeCommand(["ssh", "-L", "1318:localhost:1318", "serve"]), false);
});

Deno.test("the system names who listens, and spares those above the one who asks", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { named, hiddenUids } = await systemProcesses.holders("127.0.0.1", listener.addr.port);
  assertEquals(named.map(({ pid, spared }) => ({ pid, spared })), [
    { pid: Deno.pid, spared: "above-us" },
  ]);
  assertEquals(named[0]?.began, await began());
  assertEquals(hiddenUids, []);
});

Deno.test("a look at the port that fails says why", async () => {
  // Longer than any name may be, so that nobody is asked for it.
  const host = "x".repeat(300);
  await assertRejects(
    () => systemProcesses.holders(host, 1318),
    UsageError,
    `who holds port 1318 of ${host} could not be found out: getaddrinfo E`,
  );
  const told = (stderr: string) => unseenError("::1", 1318, stderr).message;
  assertEquals(
    told("error: no\x1b[2J more\n    at file:///a.ts:1:1\n"),
    "who holds port 1318 of ::1 could not be found out: error: no\ufffd[2J more; " +
      "stop what listens there, or choose another port with --port",
  );
  assertEquals(told(" \n").includes("out: the process that looks said nothing;"), true);
});

/** As `began` tells it to those who may do everything, which this test may not. */
async function began(): Promise<string | null> {
  const module = JSON.stringify(new URL("processes.ts", import.meta.url));
  const code = `import { systemProcesses } from ${module};
    console.log(JSON.stringify(await systemProcesses.began(${Deno.pid})));`;
  const { stdout } = await new Deno.Command("deno", { args: ["eval", code] }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
