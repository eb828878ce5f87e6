import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';

/**
 * What happens to a request on its way.
 * - `lost-request`: the connection is cut, and nothing arrives.
 * - `lost-answer`: the request arrives, and the connection is cut instead of an answer.
 * - `twice`: it arrives twice, at once or a moment later. One of the answers comes back.
 * - `late-answer`: the answer comes when the caller has given up.
 * - `page`: a proxy's HTML page is the answer. The request has arrived, or has not.
 * - `cut-short`: half of the answer comes.
 */
export const wayFaults = [
  'lost-request',
  'lost-answer',
  'twice',
  'late-answer',
  'page',
  'cut-short',
] as const;
export type WayFault = (typeof wayFaults)[number];

/** The longest time between two deliveries of a request, in ms. */
const maxSecondMs = 1_500;
/** Callers wait for 5 s. */
const lateAnswerMs = 6_000;

interface Delivered {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** The way from the replicas to the payment system: a proxy that loses, repeats and delays. */
export class FaultyWay implements AsyncDisposable {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #target: string;
  readonly #random: Random;
  /** The share of requests that meet a fault. */
  share = 0;
  readonly hits = new Map<WayFault, number>();

  constructor(target: string, random: Random) {
    this.#target = target;
    this.#random = random;
  }

  async listen(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${new URL(this.#target).pathname}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await buffer(request);
      const type = request.headers['content-type'] ?? '';
      const deliver = () => this.#deliver(type, body);
      if (!this.#random.chance(this.share)) {
        answer(response, await deliver());
        return;
      }
      const fault = this.#random.pick(wayFaults);
      this.hits.set(fault, (this.hits.get(fault) ?? 0) + 1);
      await this.#disturb(fault, deliver, response);
    } catch {
      // The payment system is down, or one of the two has left.
      response.destroy();
    }
  }

  async #disturb(
    fault: WayFault,
    deliver: () => Promise<Delivered>,
    response: ServerResponse,
  ): Promise<void> {
    const random = this.#random;
    switch (fault) {
      case 'lost-request':
        response.destroy();
        return;
      case 'lost-answer':
        await deliver();
        response.destroy();
        return;
      case 'twice': {
        const first = deliver();
        const second = sleep(random.pick([0, random.between(0, maxSecondMs)])).then(deliver);
        const [wanted, other] = random.chance(0.5) ? [first, second] : [second, first];
        other.catch(() => {});
        answer(response, await wanted);
        return;
      }
      case 'late-answer': {
        const late = await deliver();
        await sleep(lateAnswerMs);
        answer(response, late);
        return;
      }
      case 'page': {
        const arrives = random.chance(0.5);
        if (arrives) {
          await deliver();
        }
        const page = Buffer.from('<html><body>Bad gateway</body></html>');
        answer(response, { status: random.pick([200, 502]), type: 'text/html', body: page });
        return;
      }
      case 'cut-short': {
        const { body, ...whole } = await deliver();
        answer(response, { ...whole, body: body.subarray(0, body.length / 2) });
        return;
      }
    }
  }

  /** The request arrives now, also if the process behind the way does not read it yet. */
  async #deliver(type: string, body: Buffer): Promise<Delivered> {
    const headers = { 'content-type': type, 'content-length': body.length, 'x-arrived-at': Date.now() };
    const request = httpRequest(this.#target, { method: 'POST', headers, agent: false });
    request.end(body);
    const [reply]: IncomingMessage[] = await once(request, 'response');
    if (reply === undefined) {
      throw new Error('no reply');
    }
    return {
      status: reply.statusCode ?? 0,
      type: reply.headers['content-type'] ?? '',
      body: await buffer(reply),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function answer(response: ServerResponse, { status, type, body }: Delivered): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
}
