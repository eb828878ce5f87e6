import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { control, controlSystem, isControlPath } from './control/control.ts';
import type { ControlRequest } from './control/request.ts';
import { type DrawnFault, FaultPlan, type Faults } from './faults/faults.ts';
import { answerWithFault, send } from './faults/faulty-answer.ts';
import { readBody } from './read-body.ts';
import type { ControlAnswer, InjectedError, Reply, SimulatedSystem } from './simulated-system.ts';
import { type HttpMessage, operationNamedBy } from './soap/http-binding.ts';
import type { SteppedClock } from './stepped-clock.ts';

/**
 * The time limits for receiving a request's headers and the whole request, and how often Node checks them, in ms. By
 * default, Node checks only every 30 seconds.
 */
const REQUEST_TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
};

/** The name under which `calls` counts requests whose operation can't be recognized. */
export const UNREADABLE = '(unreadable)';

export interface Simulator {
  /** The URL of the system's endpoint, for example `http://127.0.0.1:8101/prs`. */
  readonly url: string;
  /**
   * The number of requests of each operation, including requests that got an error. Requests whose operation can't be
   * recognized are counted as `(unreadable)`.
   */
  readonly calls: ReadonlyMap<string, number>;
  resetCalls(): void;
  /**
   * The faults to inject. The route `/_faults` sets them, too. A request with an injected fault is also counted in
   * `calls`.
   */
  readonly faults: Faults;
  /** Delay before a request that has arrived is applied, in ms. */
  latencyMs: number;
  /**
   * How far the system's clock is ahead of the real time, in ms; negative if the clock is behind. `/_clock` sets this
   * number, too.
   */
  clockOffsetMs: number;
  /**
   * Switches the system off: closes its port and all connections. Requests that wait for `latencyMs` are never applied.
   */
  stop(): Promise<void>;
  /**
   * Switches the system on again, on the same port. The system keeps its tables but loses its sessions. Rejects if the
   * port is in use.
   */
  start(): Promise<void>;
}

export interface ServerOptions {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly latencyMs: number;
  readonly clock: SteppedClock;
}

/** Serves one system over HTTP. The system is switched off at first. */
export class HttpSimulator implements Simulator {
  readonly #system: SimulatedSystem;
  readonly #options: ServerOptions;
  readonly #calls = new Map<string, number>();
  #port: number;
  #server: Server | null = null;
  readonly faults: FaultPlan;
  latencyMs: number;

  constructor(system: SimulatedSystem, options: ServerOptions) {
    this.#system = system;
    this.faults = new FaultPlan(system);
    this.#options = options;
    this.#port = options.port;
    this.latencyMs = options.latencyMs;
  }

  get url(): string {
    const { host } = this.#options;
    return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${this.#port}${this.#system.path}`;
  }

  get clockOffsetMs(): number {
    return this.#options.clock.offsetMs;
  }

  set clockOffsetMs(ms: number) {
    this.#options.clock.offsetMs = ms;
  }

  get calls(): ReadonlyMap<string, number> {
    return this.#calls;
  }

  resetCalls(): void {
    this.#calls.clear();
  }

  /** Does the same as `start`, but uses a free port if the preferred port is in use. */
  async startAnywhere(): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      if (this.#port === 0 || !isAddressInUse(error)) {
        throw error;
      }
      this.#port = 0;
      await this.start();
    }
  }

  async start(): Promise<void> {
    if (this.#server !== null) {
      return;
    }
    const server = createServer(REQUEST_TIMEOUTS);
    server.on('request', (request, response) => {
      this.#respond(server, request, response).catch((error: unknown) => {
        process.stderr.write(`${this.#system.path}: the simulator has a bug: ${inspect(error)}\n`);
        response.writeHead(500, { 'content-type': 'text/plain' }).end('the simulator has a bug\n');
      });
    });
    server.listen(this.#port, this.#options.host);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('the server listens on no port');
    }
    this.#port = address.port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) {
      return;
    }
    this.#server = null;
    this.#system.restart();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async #respond(server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url } = request;
    if (method === 'GET' && url === '/health') {
      return plain(response, 200, 'up');
    }
    if (isControlPath(url)) {
      const controlled = { faults: this.faults, clock: this.#options.clock, desk: this.#system.desk };
      return answerControl(url, request, response, (asked) => control(controlled, asked));
    }
    const { control: own } = this.#system;
    if (own !== undefined && url === `${this.#system.path}/control`) {
      return answerControl(url, request, response, (asked) => controlSystem(own, asked));
    }
    if (url !== this.#system.path) {
      return plain(response, 404, 'not found');
    }
    if (method !== 'POST') {
      return plain(response, 405, 'POST only');
    }
    const headers = headersOf(request);
    const operation = operationNamedBy(headers, this.#system.operations) ?? UNREADABLE;
    const drawn = this.faults.draw(operation);
    if (drawn?.fault.kind === 'refuse') {
      this.#count(operation);
      request.socket.destroy();
      return;
    }
    const body = await readBody(request);
    if (body === 'aborted') {
      return;
    }
    if (body === 'too-large') {
      return this.#refuseTooLarge(headers, response);
    }
    await this.#answer(server, { ...headers, body }, drawn, response);
  }

  #refuseTooLarge(headers: Omit<HttpMessage, 'body'>, response: ServerResponse): void {
    const reply = this.#system.answerTooLarge?.(headers);
    if (reply === undefined) {
      refuseTooLarge(response);
      return;
    }
    this.#count(reply.operation);
    response.shouldKeepAlive = false;
    send(response, reply);
  }

  async #answer(
    server: Server,
    message: HttpMessage,
    drawn: DrawnFault | null,
    response: ServerResponse,
  ): Promise<void> {
    if (drawn?.fault.kind === 'hold-back') {
      await sleep(drawn.fault.delayMs);
      if (this.#server !== server) {
        return;
      }
    }
    const { clock } = this.#options;
    const arrivedAtMs = clock.realMs();
    const delayMs = this.latencyMs + delayOf(drawn);
    if (delayMs > 0) {
      await sleep(delayMs);
    }
    const waitedMs = clock.realMs() - arrivedAtMs;
    const dropsLate = drawn?.fault.kind !== 'apply-late';
    // If the system was switched off while the request waited, the request is not applied. If only the caller has
    // disconnected, the request is still applied.
    if (this.#server !== server) {
      return;
    }
    let isCounted = false;
    const ask = (injectedError: InjectedError | null): Reply => {
      const reply = this.#system.answer(message, { waitedMs, dropsLate, injectedError });
      this.#count(reply.operation);
      isCounted = true;
      return reply;
    };
    if (drawn === null) {
      return send(response, ask(null));
    }
    const { operations } = this.#system;
    const askAgain = (): Reply | null =>
      this.#server === server
        ? this.#system.answer(message, { waitedMs: 0, dropsLate: true, injectedError: null })
        : null;
    const answering = answerWithFault({ drawn, ask, askAgain, operations, request: message.body, response });
    // `ask` counts the request. `answerWithFault` calls `ask` at once or never. So a request that is not counted yet
    // must be counted here.
    if (!isCounted) {
      this.#count(operationNamedBy(message, operations));
    }
    await answering;
  }

  #count(operation: string | null): void {
    const name = operation ?? UNREADABLE;
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
  }
}

/** The delay that a fault adds before the request is applied, in ms. */
const delayOf = (drawn: DrawnFault | null): number =>
  drawn?.fault.kind === 'delay' || drawn?.fault.kind === 'apply-late' ? drawn.fault.delayMs : 0;

const inspect = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const isAddressInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

function headersOf(request: IncomingMessage): Omit<HttpMessage, 'body'> {
  const action = request.headers.soapaction;
  return {
    contentType: request.headers['content-type'] ?? '',
    soapAction: typeof action === 'string' ? action : null,
    authorization: request.headers.authorization,
  };
}

async function answerControl(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  answer: (asked: ControlRequest) => ControlAnswer,
): Promise<void> {
  const body = await readBody(request);
  if (body === 'aborted') {
    return;
  }
  if (body === 'too-large') {
    return refuseTooLarge(response);
  }
  const { method, socket } = request;
  const { status, content } = answer({ path, method, from: socket.remoteAddress, body });
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(content)}\n`);
}

function refuseTooLarge(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  plain(response, 413, 'too large');
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
}
