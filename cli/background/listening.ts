/**
 * Which sockets listen where a server would, from what the system says of them. Pure functions.
 *
 * @module
 */
import { parseSocketTable } from "../../server/peer_owner.ts";

/** A socket that listens. */
export interface Listening {
  /** Its address as in a URL, such as `127.0.0.1` or `[::1]`. */
  readonly address: string;
  /** Its port. */
  readonly port: number;
  /** The user that it belongs to. */
  readonly uid: number;
}

/** One of Linux's table. */
export interface ListeningSocket extends Listening {
  /** What descriptors of it lead to. */
  readonly inode: number;
}

/** One that `lsof` shows, with who has it open. */
export interface ListeningProcess extends Listening {
  /** The process. */
  readonly pid: number;
}

const LISTEN = 10;
const EVERYWHERE_4 = "0.0.0.0";
const EVERYWHERE_6 = "[::]";

/** Those of the text of `/proc/net/tcp` and `/proc/net/tcp6`. */
export function listeningSockets(tables: string): ListeningSocket[] {
  return parseSocketTable(tables).filter(({ state }) => state === LISTEN).map(
    ({ localAddress, localPort, uid, inode }) => ({
      address: addressOf(localAddress),
      port: localPort,
      uid,
      inode,
    }),
  );
}

/** Those that `lsof -Fputn` prints: lines that begin with the letter of what they tell. */
export function listeningProcesses(text: string): ListeningProcess[] {
  const found: ListeningProcess[] = [];
  let [pid, uid, everywhere] = [NaN, NaN, EVERYWHERE_4];
  for (const line of text.split("\n")) {
    const value = line.slice(1);
    if (line.startsWith("p")) [pid, uid] = [Number(value), NaN];
    else if (line.startsWith("u")) uid = Number(value);
    else if (line.startsWith("t")) everywhere = value === "IPv6" ? EVERYWHERE_6 : EVERYWHERE_4;
    else if (line.startsWith("n")) {
      const [, host = "", port] = /^(.+):(\d+)$/.exec(value) ?? [];
      const address = host === "*" ? everywhere : canonical(host);
      if (port === undefined || address === null || !Number.isSafeInteger(pid)) continue;
      found.push({ address, port: Number(port), uid, pid });
    }
  }
  return found;
}

/**
 * Those that a server at these addresses and this port would find there: of that very address, or
 * else of every address of its kind.
 */
export function inTheWay<L extends Listening>(
  all: readonly L[],
  addresses: readonly string[],
  port: number,
): L[] {
  const there = all.filter((it) => it.port === port);
  const at = (address: string) => there.filter((it) => it.address === address);
  const found = addresses.flatMap((text) => {
    const address = canonical(text);
    if (address === null) return [];
    if (address === EVERYWHERE_6) return there;
    const isSix = address.startsWith("[");
    // Who listens at all addresses of IPv6 commonly does at those of IPv4, too.
    if (address === EVERYWHERE_4) {
      return there.filter((it) => !it.address.startsWith("[") || it.address === EVERYWHERE_6);
    }
    const ways = [at(address), isSix ? [] : at(EVERYWHERE_4), at(EVERYWHERE_6)];
    return ways.find((way) => way.length > 0) ?? [];
  });
  return [...new Set(found)];
}

/** An address as a URL has it; null for what is none. IPv4 inside of IPv6 is IPv4. */
function canonical(text: string): string | null {
  const bare = text.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  try {
    return new URL(bare.includes(":") ? `http://[${bare}]` : `http://${bare}`).hostname;
  } catch {
    return null;
  }
}

/** An address of the table: groups of four bytes, each in the byte order of the machine. */
function addressOf(hex: string): string {
  const bytes = hex.match(/.{8}/g)!.flatMap((group) =>
    group.match(/../g)!.reverse().map((byte) => parseInt(byte, 16))
  );
  const isMapped = /^0{16}FFFF0000/.test(hex);
  if (bytes.length === 4 || isMapped) return bytes.slice(-4).join(".");
  const groups = Array.from(
    { length: 8 },
    (_, at) => (bytes[2 * at]! * 256 + bytes[2 * at + 1]!).toString(16),
  );
  return canonical(groups.join(":"))!;
}
