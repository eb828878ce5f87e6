/** The characters that may wait for all sockets of one caller together, as a multiple of the longest answer. */
const maxAnswersOfCaller = 4;

/** A socket whose client possibly reads nothing. */
interface Socket {
  /** The characters that wait for the client. */
  readonly waiting: number;
  terminate(): void;
}

/** The sockets of one caller, and the number of characters that wait for all of them. */
interface Account {
  readonly caller: string;
  readonly sockets: Set<Socket>;
  waiting: number;
}

/**
 * Counts the texts that wait for clients that don't read. The waiting texts are bounded for each socket, and for all
 * sockets of a caller.
 */
export class WaitingTexts {
  readonly #maxAnswer: number;
  readonly #byCaller = new Map<string, Account>();
  readonly #bySocket = new Map<Socket, Account>();

  /** `maxAnswer` is the length of the longest answer. */
  constructor(maxAnswer: number) {
    this.#maxAnswer = maxAnswer;
  }

  join(socket: Socket, caller: string): void {
    const account = this.#byCaller.get(caller) ?? { caller, sockets: new Set(), waiting: 0 };
    this.#byCaller.set(caller, account);
    this.#bySocket.set(socket, account);
    account.sockets.add(socket);
    account.waiting += socket.waiting;
  }

  leave(socket: Socket): void {
    const account = this.#bySocket.get(socket);
    if (account === undefined) {
      return;
    }
    this.#bySocket.delete(socket);
    account.sockets.delete(socket);
    account.waiting -= socket.waiting;
    if (account.sockets.size === 0) {
      this.#byCaller.delete(account.caller);
    }
  }

  /**
   * Counts a text before it waits for a socket. Cuts the socket, or another socket of the caller, if too much waits
   * already.
   */
  add(socket: Socket, length: number): void {
    if (socket.waiting > this.#maxAnswer) {
      socket.terminate();
    }
    const account = this.#bySocket.get(socket);
    if (account === undefined) {
      return;
    }
    if (account.waiting > maxAnswersOfCaller * this.#maxAnswer) {
      longestOf(account.sockets)?.terminate();
    }
    account.waiting += length;
  }

  /** Counts a text that no longer waits. */
  sent(socket: Socket, length: number): void {
    const account = this.#bySocket.get(socket);
    if (account !== undefined) {
      account.waiting -= length;
    }
  }
}

/** The socket for which the most characters wait. */
function longestOf(sockets: Iterable<Socket>): Socket | null {
  let longest: Socket | null = null;
  for (const socket of sockets) {
    if (longest === null || socket.waiting > longest.waiting) {
      longest = socket;
    }
  }
  return longest;
}
