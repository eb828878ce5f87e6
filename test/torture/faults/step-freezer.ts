import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A place in the program at which a process can be made to stand still. */
export interface Step {
  /** From the root. */
  readonly file: string;
  /** Stands in the line, and in no other of the file. */
  readonly text: string;
  /** What must be true there, in the program's own words. */
  readonly condition: string;
}

/** As the first byte of a check-out is about to leave: all that was decided has been decided. */
export const firstByteOfCheckOut: Step = {
  file: 'adapters/soap/transport/exchange.ts',
  text: 'this.#request.maySend()',
  condition: "this.#request.headers.soapaction?.endsWith('#CheckOut\"')",
};

/** As the patron's epoch is about to be asked for: before anything is read. */
export const askingForEpoch: Step = {
  file: 'subgraphs/circulation/lending/loan-snapshot.ts',
  text: 'await journal.placesNow(patronId, kind)',
  condition: 'true',
};

/** Milliseconds for the debugger's answers. */
const answerMs = 30_000;

const message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  error: z.unknown().optional(),
});

/**
 * Stops a process at one step, as a SIGSTOP would that came just then: by Node's own debugger, at the address that a
 * process tells that is started with `--inspect`.
 */
export class StepFreezer implements Disposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (error: unknown) => void>();
  #count = 0;
  #standsStill = false;
  #stopped: (() => void) | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#hear(String(data)));
  }

  static async attach(url: string): Promise<StepFreezer> {
    const socket = new WebSocket(url);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`no debugger at ${url}`)), { once: true });
    await promise;
    const freezer = new StepFreezer(socket);
    await freezer.#ask('Debugger.enable', {});
    return freezer;
  }

  /**
   * Resolves once the process stands still there, or the signal aborts. `root`: of its source tree. Rejects where there is no
   * such step.
   */
  async stopAt({ file, text, condition }: Step, root: string, signal: AbortSignal): Promise<void> {
    const lines = (await readFile(join(root, file), 'utf8')).split('\n');
    const [lineNumber, second] = lines.flatMap((line, index) => (line.includes(text) ? index : []));
    if (lineNumber === undefined || second !== undefined) {
      throw new Error(`${file} has not just once: ${text}`);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stopped = resolve;
    signal.addEventListener('abort', () => resolve(), { once: true });
    const urlRegex = `/${file.replaceAll('.', '\\.')}$`;
    await this.#ask('Debugger.setBreakpointByUrl', { urlRegex, lineNumber, condition });
    if (!signal.aborted) {
      await promise;
    }
  }

  /** It goes on, where it stands still, and stops no more. */
  async goOn(): Promise<void> {
    await this.#ask('Debugger.setBreakpointsActive', { active: false });
    if (this.#standsStill) {
      await this.#ask('Debugger.resume', {});
    }
  }

  async #ask(method: string, params: object): Promise<void> {
    this.#count += 1;
    const id = this.#count;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, resolve);
    const timer = setTimeout(() => resolve(`no answer within ${answerMs} ms`), answerMs);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const error = await promise;
    clearTimeout(timer);
    this.#waiting.delete(id);
    if (error !== undefined) {
      throw new Error(`${method}: ${JSON.stringify(error)}`);
    }
  }

  #hear(text: string): void {
    const { id, method, error } = message.parse(JSON.parse(text));
    if (method === 'Debugger.paused') {
      this.#standsStill = true;
    }
    if (method === 'Debugger.resumed') {
      this.#standsStill = false;
    }
    if (this.#standsStill) {
      this.#stopped?.();
    }
    if (id !== undefined) {
      this.#waiting.get(id)?.(error);
    }
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
