/**
 * Says as JSON who listens at a host and port, for commands that may not look themselves: Deno lets
 * nobody read below `/proc` who may not do everything.
 *
 *     holders_main.ts 127.0.0.1 1318
 *
 * @module
 */
import { lookup } from "node:dns/promises";
import { errorMessage } from "../../runtime/mod.ts";
import { systemProcesses as table } from "../../serve/copilot/process_chain.ts";
import { readSocketTables } from "../../serve/socket_tables.ts";
import { commandText, type Holder, type Holders, isServeCommand } from "./holders.ts";
import { inTheWay, listeningProcesses, listeningSockets } from "./listening.ts";
import { systemProcesses } from "./processes.ts";

/** A process with a socket there. */
interface Found {
  readonly pid: number;
  readonly socketUid: number;
}

/** What a system tells. */
interface System {
  find(addresses: readonly string[], port: number): Promise<{ found: Found[]; hidden: number[] }>;
  /** Users that a process acts for; none when it has gone. */
  usersOf(pid: number): Promise<number[]>;
  commandOf(pid: number): Promise<string[]>;
}

const linux: System = {
  async find(addresses, port) {
    const sockets = inTheWay(
      listeningSockets(await readSocketTables() ?? ""),
      addresses,
      port,
    );
    const byLink = new Map(sockets.map((socket) => [`socket:[${socket.inode}]`, socket]));
    const seen = new Set<number>();
    const found: Found[] = [];
    if (byLink.size === 0) return { found, hidden: [] };
    for (const { name } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      for (const link of linksOf(`/proc/${name}/fd`)) {
        const socket = byLink.get(link);
        if (socket === undefined) continue;
        seen.add(socket.inode);
        found.push({ pid: Number(name), socketUid: socket.uid });
      }
    }
    const hidden = sockets.filter(({ inode }) => !seen.has(inode)).map(({ uid }) => uid);
    return { found, hidden };
  },
  usersOf(pid) {
    const uids = /^Uid:\s+([\d\s]+)$/m.exec(readOf(pid, "status"))?.[1];
    return Promise.resolve(uids?.trim().split(/\s+/).map(Number) ?? []);
  },
  commandOf(pid) {
    const args = readOf(pid, "cmdline").split("\0");
    return Promise.resolve(args.at(-1) === "" ? args.slice(0, -1) : args);
  },
};

const other: System = {
  async find(addresses, port) {
    const text = await output("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fputn"]);
    const found = inTheWay(listeningProcesses(text), addresses, port);
    return { found: found.map(({ pid, uid }) => ({ pid, socketUid: uid })), hidden: [] };
  },
  async usersOf(pid) {
    const text = await output("ps", ["-o", "ruid=,uid=", "-p", String(pid)]);
    return text.trim() === "" ? [] : text.trim().split(/\s+/).map(Number);
  },
  async commandOf(pid) {
    return (await output("ps", ["-o", "command=", "-p", String(pid)])).trim().split(/\s+/);
  },
};

/** Who listens there. */
export async function findHolders(
  host: string,
  port: number,
  system: System = Deno.build.os === "linux" ? linux : other,
): Promise<Holders> {
  const addresses = (await lookup(host, { all: true })).map(({ address }) => address);
  const before = await system.find(addresses, port);
  const pids = [...new Set(before.found.map(({ pid }) => pid))].sort((a, b) => a - b);
  const above = (await table.chain(Deno.pid)).map(({ pid }) => pid);
  if (Deno.ppid > 1 && !above.includes(Deno.ppid)) throw new Error("nobody says what is above us");
  const described = await Promise.all(pids.map(async (pid): Promise<Holder | null> => {
    const began = await systemProcesses.began(pid);
    if (began === null) return null;
    const args = await system.commandOf(pid);
    const uids = [
      ...await system.usersOf(pid),
      ...before.found.filter((it) => it.pid === pid).map(({ socketUid }) => socketUid),
    ];
    const isOurs = uids.length > 1 && uids.every((uid) => uid === Deno.uid());
    const isAbove = pid <= 1 || pid === Deno.pid || above.includes(pid);
    return {
      pid,
      began,
      command: commandText(args),
      isServe: isServeCommand(args),
      spared: isAbove ? "above-us" : isOurs ? null : "another-user",
    };
  }));
  // A process that has the socket still is the one that began then: ids are used again.
  const after = await system.find(addresses, port);
  const isThere = ({ pid }: Holder) => after.found.some((it) => it.pid === pid);
  return {
    named: described.filter((holder) => holder !== null).filter(isThere),
    hiddenUids: [...new Set(after.hidden)],
  };
}

function linksOf(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
      try {
        return [Deno.readLinkSync(`${folder}/${name}`)];
      } catch {
        return [];
      }
    });
  } catch {
    // It has gone, or is another user's.
    return [];
  }
}

function readOf(pid: number, name: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${name}`);
  } catch {
    return "";
  }
}

async function output(program: string, args: string[]): Promise<string> {
  try {
    const command = new Deno.Command(program, {
      args,
      stdin: "null",
      stderr: "null",
      clearEnv: true,
    });
    return new TextDecoder().decode((await command.output()).stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

if (import.meta.main) {
  const [host = "", port = ""] = Deno.args;
  try {
    console.log(JSON.stringify(await findHolders(host, Number(port))));
  } catch (error) {
    console.error(errorMessage(error));
    Deno.exit(1);
  }
}
