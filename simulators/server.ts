import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlFaults } from './faults/control.ts';
import { type DrawnFault, FaultPlan, type Faults } from './faults/faults.ts';
import { answerWithFault, send } from './faults/faulty-answer.ts';
import type { InjectedError, Reply, SimulatedSystem } from './simulated-system.ts';
import { type HttpMessage, operationNamedBy } from './soap/http-binding.ts';

/** The largest request body. It is far above any request of the three WSDLs. A larger one gets HTTP 413. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * Time limits for the arrival of a request, and the interval of Node's checks, in ms. Node's default interval is 30
 * seconds.
 */
const REQUEST_TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
};

/** The name under which requests are counted if their operation can't be recognised. */
export const UNREADABLE = '(unreadable)';

/** A running simulator. */
export interface Simulator {
  /** The URL of its endpoint, for example `http://127.0.0.1:8101/prs`. */
  readonly url: string;
  /**
   * The number of requests by operation name, including refused requests. The name is `(unreadable)` if a request has
   * none.
   */
  readonly calls: ReadonlyMap<string, number>;
  resetCalls(): void;
  /** The faults to inject, which `/_faults` also sets. Requests that meet a fault are included in `calls`. */
  readonly faults: Faults;
  /** Delay in ms between a request's arrival and its application. */
  latencyMs: number;
  /** Switches the system off: closes the port and all connections. Waiting requests are never applied. */
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
  readonly clock: () => Date;
}

/** Serves one system over HTTP. It starts switched off. */
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

  get calls(): ReadonlyMap<string, number> {
    return this.#calls;
  }

  resetCalls(): void {
    this.#calls.clear();
  }

  /** Does what `start` does, but uses a free port if the preferred port is in use. */
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
    const isControl = url === '/_faults';
    if (!isControl && url !== this.#system.path) {
      return plain(response, 404, 'not found');
    }
    if (!isControl && method !== 'POST') {
      return plain(response, 405, 'POST only');
    }
    const headers = headersOf(request);
    const operation = operationNamedBy(headers, this.#system.operations) ?? UNREADABLE;
    const drawn = isControl ? null : this.faults.draw(operation);
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
      response.shouldKeepAlive = false;
      return plain(response, 413, 'too large');
    }
    if (isControl) {
      const { status, content } = controlFaults(this.faults, {
        method,
        from: request.socket.remoteAddress,
        body,
      });
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(content)}\n`);
      return;
    }
    await this.#answer(server, { ...headers, body }, drawn, response);
  }

  /** Answers a request that has arrived completely. */
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
    const arrivedAt = this.#options.clock();
    const delayMs = this.latencyMs + (drawn?.fault.kind === 'delay' ? drawn.fault.delayMs : 0);
    if (delayMs > 0) {
      await sleep(delayMs);
    }
    // The system was switched off while the request waited, so the request is not applied. If only the caller drops
    // the connection, the request is still applied.
    if (this.#server !== server) {
      return;
    }
    let isCounted = false;
    const ask = (injectedError: InjectedError | null): Reply => {
      const reply = this.#system.answer(message, { arrivedAt, injectedError });
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
        ? this.#system.answer(message, { arrivedAt: this.#options.clock(), injectedError: null })
        : null;
    const answering = answerWithFault({ drawn, ask, askAgain, operations, request: message.body, response });
    // Either `answerWithFault` has already called `ask`, or it never will. A request that hangs is counted here, when
    // it begins to hang.
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

const inspect = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const isAddressInUse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

function headersOf(request: IncomingMessage): { contentType: string; soapAction: string | null } {
  const action = request.headers.soapaction;
  return {
    contentType: request.headers['content-type'] ?? '',
    soapAction: typeof action === 'string' ? action : null,
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer | 'too-large' | 'aborted'> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) {
        chunks.push(chunk);
      } else {
        resolve('too-large');
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    // If the caller leaves in the middle of its request, the request is ignored.
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
}
