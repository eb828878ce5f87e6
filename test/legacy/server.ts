import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply, Trouble, Vendor } from './vendor.ts';

/** No request of the three WSDLs comes near; what is larger is cut off with 413. */
const MAX_BODY_BYTES = 256 * 1024;

/** The operation name under which requests are counted whose operation could not be told. */
export const UNREADABLE = '(unreadable)';

/** What can come instead of an answer, over and above the system's own trouble (contracts' README, last section). */
export type Disturbance = Trouble | 'html-page' | 'empty-body' | 'cut-short';

export interface LegacySystem {
  /** Where its requests go, as in `http://127.0.0.1:8101/prs`. */
  readonly url: string;
  /** Requests by operation name, refused ones too; those whose operation could not be told as `(unreadable)`. */
  readonly calls: ReadonlyMap<string, number>;
  resetCalls(): void;
  /** How every request is answered until this is set anew; null: properly. Requests are counted all the same. */
  disturbance: Disturbance | null;
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
  disturbance: Disturbance | null = null;
  latencyMs: number;

  constructor(vendor: Vendor, options: ServerOptions) {
    this.#vendor = vendor;
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
      if (this.#port === 0 || !isAddressInUse(error)) throw error;
      this.#port = 0;
      await this.start();
    }
  }

  async start(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer();
    server.on('request', (request, response) => {
      this.#respond(server, request, response).catch((error: unknown) => {
        process.stderr.write(`${this.#vendor.path}: the stand-in has a mistake: ${inspect(error)}\n`);
        response.writeHead(500, { 'content-type': 'text/plain' }).end('the stand-in has a mistake\n');
      });
    });
    server.listen(this.#port, this.#options.host);
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('listening on no port');
    this.#port = address.port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    this.#vendor.restart();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async #respond(server: Server, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/health') return plain(response, 200, 'up');
    if (request.url !== this.#vendor.path) return plain(response, 404, 'not found');
    if (request.method !== 'POST') return plain(response, 405, 'POST only');
    const body = await readBody(request);
    if (body === 'aborted') return;
    if (body === 'too-large') {
      response.shouldKeepAlive = false;
      return plain(response, 413, 'too large');
    }
    const arrivedAt = this.#options.clock();
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    // Switched off meanwhile. A connection that the caller has dropped, though, cancels nothing.
    if (this.#server !== server) return;
    const { contentType, soapAction } = headersOf(request);
    const { disturbance } = this;
    const trouble = disturbance === 'busy' || disturbance === 'internal' ? disturbance : null;
    const reply = this.#vendor.answer({ contentType, soapAction, body }, { arrivedAt, trouble });
    const operation = reply.operation ?? UNREADABLE;
    this.#calls.set(operation, (this.#calls.get(operation) ?? 0) + 1);
    send(response, disturb(reply, disturbance));
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
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else resolve('too-large');
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    // A caller that goes away in the middle of its request has asked for nothing.
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}

/** The page of the proxy in front, nothing at all, or half of what was to be said. */
function disturb(reply: Reply, disturbance: Disturbance | null): Reply {
  if (disturbance === 'html-page') {
    return { ...reply, status: 200, contentType: 'text/html', body: '<html><body>Please wait</body></html>' };
  }
  if (disturbance === 'empty-body') return { ...reply, body: '' };
  if (disturbance !== 'cut-short') return reply;
  const whole = Buffer.from(reply.body);
  return { ...reply, body: whole.subarray(0, whole.length >> 1) };
}

function send(response: ServerResponse, { status, contentType, body }: Reply): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, { 'content-type': contentType, 'content-length': bytes.length });
  response.end(bytes);
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
}
