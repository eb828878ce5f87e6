import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A line of the program before which a process can be frozen. */
export interface FreezePoint {
  /** The file's path from the root of the source tree. */
  readonly file: string;
  /** A part of the line. No other line in the file may contain it. */
  readonly text: string;
  /** A JavaScript expression. The process is frozen only if it is true at that line. */
  readonly condition: string;
}

/**
 * The moment before a check-out is sent. Only the check of the time remains. The connection is opened later, because
 * the simulators close a connection that is silent during a long freeze.
 */
export const sendingCheckOut: FreezePoint = {
  file: 'subgraphs/operations/send-once.ts',
  text: 'await ask(maySend, signal)',
  condition: "kind === 'CHECKED_OUT'",
};

/** The moment before the first read of a check-out. This read is of the patron's epoch. */
export const askingForEpoch: FreezePoint = {
  file: 'subgraphs/circulation/lending/loan-snapshot.ts',
  text: 'await journal.placesNow(patronId, kind)',
  condition: 'true',
};

/** The moment between the readings of a check-out and the reservation of its place. */
export const reservingPlace: FreezePoint = {
  file: 'subgraphs/circulation/lending/reserve.ts',
  text: 'await journal.reserve(',
  condition: 'true',
};

/** The longest time for an answer of the debugger, in ms. */
const answerMs = 30_000;

const message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  error: z.unknown().optional(),
});

/**
 * Freezes a process at a line of the program, as SIGSTOP would at that moment. It uses Node's debugger, at the address
 * that a process prints when it is started with `--inspect`.
 */
export class ProcessFreezer implements Disposable {
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, (error: unknown) => void>();
  #lastId = 0;
  #isPaused = false;
  #stopped: (() => void) | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(String(data)));
  }

  static async attach(url: string): Promise<ProcessFreezer> {
    const socket = new WebSocket(url);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`no debugger at ${url}`)), { once: true });
    await promise;
    const freezer = new ProcessFreezer(socket);
    await freezer.#send('Debugger.enable', {});
    return freezer;
  }

  /**
   * Resolves when the process will stop at the line. `stopped` resolves when it has stopped there, or when the signal
   * aborts. `root` is the root of the process's source tree.
   *
   * @throws Error unless exactly one line of the file has the point's text.
   */
  async stopAt(
    { file, text, condition }: FreezePoint,
    root: string,
    signal: AbortSignal,
  ): Promise<{ readonly stopped: Promise<void> }> {
    const lines = (await readFile(join(root, file), 'utf8')).split('\n');
    const [lineNumber, second] = lines.flatMap((line, index) => (line.includes(text) ? index : []));
    if (lineNumber === undefined || second !== undefined) {
      throw new Error(`${file} must have exactly one line with: ${text}`);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stopped = resolve;
    signal.addEventListener('abort', () => resolve(), { once: true });
    const urlRegex = `/${file.replaceAll('.', '\\.')}$`;
    await this.#send('Debugger.setBreakpointByUrl', { urlRegex, lineNumber, condition });
    return { stopped: signal.aborted ? Promise.resolve() : promise };
  }

  /** Removes the breakpoint, and resumes the process if it is frozen. */
  async resume(): Promise<void> {
    await this.#send('Debugger.setBreakpointsActive', { active: false });
    if (this.#isPaused) {
      await this.#send('Debugger.resume', {});
    }
  }

  async #send(method: string, params: object): Promise<void> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#replies.set(id, resolve);
    const timer = setTimeout(() => resolve(`no answer within ${answerMs} ms`), answerMs);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const error = await promise;
    clearTimeout(timer);
    this.#replies.delete(id);
    if (error !== undefined) {
      throw new Error(`${method}: ${JSON.stringify(error)}`);
    }
  }

  #receive(text: string): void {
    const { id, method, error } = message.parse(JSON.parse(text));
    if (method === 'Debugger.paused') {
      this.#isPaused = true;
    }
    if (method === 'Debugger.resumed') {
      this.#isPaused = false;
    }
    if (this.#isPaused) {
      this.#stopped?.();
    }
    if (id !== undefined) {
      this.#replies.get(id)?.(error);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
