import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlFaults } from './faults/control.ts';
import { FaultPlan, type Faults, type Strike } from './faults/faults.ts';
import { answerFaultily, send } from './faults/faulty-answers.ts';
import { type HttpMessage, operationNamedBy } from './soap/http-binding.ts';
import type { Reply, Trouble, Vendor } from './vendor.ts';

/** No request of the three WSDLs comes near; what is larger is cut off with 413. */
const MAX_BODY_BYTES = 256 * 1024;

/** For a request to come in, in ms; Node would look at what is late twice a minute only. */
const CLOCKS = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1000 };

/** The operation name under which requests are counted whose operation could not be told. */
export const UNREADABLE = '(unreadable)';

export interface LegacySystem {
  /** Where its requests go, as in `http://127.0.0.1:8101/prs`. */
  readonly url: string;
  /** Requests by operation name, refused ones too; those whose operation could not be told as `(unreadable)`. */
  readonly calls: ReadonlyMap<string, number>;
  resetCalls(): void;
  /** What goes wrong, as `/_faults` has it. Requests that meet a fault are counted all the same. */
  readonly faults: Faults;
  /** How long a request waits, in ms, after it has come in and before it is applied. */
  latencyMs: number;
  /** Switched off: the port is closed, live connections are destroyed, waiting requests are never applied. */
  stop(): Promise<void>;
  /** Up again on the same port; tables are kept, sessions are not. Rejects where the port was taken meanwhile. */
  start(): Promise<void>;
}

export interface ServerOptions {
  readonly host: string;
  /** 0: any free one. A preferred one that is taken gives way to a free one. */
  readonly port: number;
  readonly latencyMs: number;
  readonly clock: () => Date;
}

/** One system served over HTTP; made switched off. */
export class ServedSystem implements LegacySystem {
  readonly #vendor: Vendor;
  readonly #options: ServerOptions;
  readonly #calls = new Map<string, number>();
  #port: number;
  #server: Server | null = null;
  readonly faults: FaultPlan;
  latencyMs: number;

  constructor(vendor: Vendor, options: ServerOptions) {
    this.#vendor = vendor;
    this.faults = new FaultPlan(vendor);
    this.#options = options;
    this.#port = options.port;
    this.latencyMs = options.latencyMs;
  }

  get url(): string {
    const { host } = this.#options;
    return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${this.#port}${this.#vendor.path}`;
  }

  get calls(): ReadonlyMap<string, number> {
    return this.#calls;
  }

  resetCalls(): void {
    this.#calls.clear();
  }

  /** As `start`, on a free port where the preferred one is taken. */
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
    const server = createServer(CLOCKS);
    server.on('request', (request, response) => {
      this.#respond(server, request, response).catch((error: unknown) => {
        process.stderr.write(`${this.#vendor.path}: the stand-in has a mistake: ${inspect(error)}\n`);
        response.writeHead(500, { 'content-type': 'text/plain' }).end('the stand-in has a mistake\n');
      });
    });
    server.listen(this.#port, this.#options.host);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('listening on no port');
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
    this.#vendor.restart();
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
    if (!isControl && url !== this.#vendor.path) {
      return plain(response, 404, 'not found');
    }
    if (!isControl && method !== 'POST') {
      return plain(response, 405, 'POST only');
    }
    const headers = headersOf(request);
    const operation = operationNamedBy(headers, this.#vendor.operations) ?? UNREADABLE;
    const strike = isControl ? null : this.faults.draw(operation);
    if (strike?.fault.kind === 'refuse') {
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
    await this.#answer(server, { ...headers, body }, strike, response);
  }

  /** A request that has come in whole. */
  async #answer(
    server: Server,
    message: HttpMessage,
    strike: Strike | null,
    response: ServerResponse,
  ): Promise<void> {
    if (strike?.fault.kind === 'hold-back') {
      await sleep(strike.fault.delayMs);
      if (this.#server !== server) {
        return;
      }
    }
    const arrivedAt = this.#options.clock();
    const delayMs = this.latencyMs + (strike?.fault.kind === 'delay' ? strike.fault.delayMs : 0);
    if (delayMs > 0) {
      await sleep(delayMs);
    }
    // Switched off meanwhile. A connection that the caller has dropped, though, cancels nothing.
    if (this.#server !== server) {
      return;
    }
    let isCounted = false;
    const ask = (trouble: Trouble | null): Reply => {
      const reply = this.#vendor.answer(message, { arrivedAt, trouble });
      this.#count(reply.operation);
      isCounted = true;
      return reply;
    };
    if (strike === null) {
      return send(response, ask(null));
    }
    const { operations } = this.#vendor;
    const askAgain = (): Reply | null =>
      this.#server === server
        ? this.#vendor.answer(message, { arrivedAt: this.#options.clock(), trouble: null })
        : null;
    const answering = answerFaultily({ strike, ask, askAgain, operations, request: message.body, response });
    // It has asked by now, if ever: a request that hangs counts from the start.
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
    // A caller that goes away in the middle of its request has asked for nothing.
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
}
