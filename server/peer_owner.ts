/**
 * Which user of this machine is at the other end of a local connection, from Linux's table of
 * sockets. Pure functions.
 *
 * Loopback is open to everybody with an account here. Routes that start processes take the bypass
 * only from our own user.
 *
 * @module
 */

/** One line of `/proc/net/tcp` or `/proc/net/tcp6`. */
export interface SocketLine {
  /** Port of the socket's own end. */
  readonly localPort: number;
  /** Its own address, as it stands in the table. */
  readonly localAddress: string;
  /** Port of the other end. */
  readonly remotePort: number;
  /** Address of the other end, as it stands in the table. */
  readonly remoteAddress: string;
  /** The state's number; 1 is established. */
  readonly state: number;
  /** The user that it belongs to. */
  readonly uid: number;
  /** The socket's number: who has it open has a descriptor that leads to `socket:[number]`. */
  readonly inode: number;
}

/** Two ports that belong to one connection, seen from the server. */
export interface PortPair {
  /** The peer's. */
  readonly peerPort: number;
  /** Ours. */
  readonly localPort: number;
}

const ESTABLISHED = 1;
const LINE =
  /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{2}) \S+ \S+ \S+\s+(\d+)\s+\d+\s+(\d+)(?:\s|$)/;

/** Reads a table. Lines of another form, like the heading, are left out. */
export function parseSocketTable(text: string): SocketLine[] {
  return text.split("\n").flatMap((line) => {
    const match = LINE.exec(line);
    if (match === null) return [];
    const [, localAddress, localPort, remoteAddress, remotePort, state, uid, inode] = match;
    return [{
      localAddress: localAddress!,
      localPort: parseInt(localPort!, 16),
      remoteAddress: remoteAddress!,
      remotePort: parseInt(remotePort!, 16),
      state: parseInt(state!, 16),
      uid: Number(uid),
      inode: Number(inode),
    }];
  });
}

/**
 * Whether both ends of a local connection belong to one user: the peer's socket to the same as ours.
 * False when either is not in the table, or is there twice with different owners.
 */
export function isOwnPeer(
  lines: readonly SocketLine[],
  { peerPort, localPort }: PortPair,
): boolean {
  const uids = (own: number, other: number) =>
    new Set(
      lines.filter((line) =>
        line.state === ESTABLISHED && line.localPort === own && line.remotePort === other &&
        isLoopback(line.localAddress) && isLoopback(line.remoteAddress)
      ).map(({ uid }) => uid),
    );
  const [peers, ours] = [uids(peerPort, localPort), uids(localPort, peerPort)];
  const [peer] = peers;
  return peers.size === 1 && ours.size === 1 && ours.has(peer!);
}

/** Addresses are groups of four bytes, each in the byte order of the machine: here, little-endian. */
function isLoopback(address: string): boolean {
  return /^.{6}7F$/.test(address) || address === "00000000000000000000000001000000" ||
    /^0000000000000000FFFF0000.{6}7F$/.test(address);
}
