import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DrawnFault, FaultPlan } from '../../../simulators/faults/faults.ts';
import { answerWithFault, send } from '../../../simulators/faults/faulty-answer.ts';
import type { Simulator } from '../../../simulators/index.ts';
import { contractIn, type Reply } from '../../../simulators/simulated-system.ts';
import { operationNamedBy } from '../../../simulators/soap/http-binding.ts';
import type { PeerName } from '../peer.ts';

const contracts = {
  prs: contractIn('patrons/patron-registry.wsdl'),
  cms: contractIn('credentials/card-management.wsdl'),
  circ: contractIn('circulation/circulation.wsdl'),
} as const;

/** A relay in front of a peer. It counts the requests, and loses requests or answers as a simulator does. */
export type Relay = Pick<Simulator, 'url' | 'calls' | 'faults'> & AsyncDisposable;

/** Starts a relay on a free port. `target` is the URL of the peer's library. */
export async function startRelay(name: PeerName, target: string): Promise<Relay> {
  const { operations } = contracts[name];
  const calls = new Map<string, number>();
  const faults = new FaultPlan({ path: `/${name}`, operations, hasSessions: name === 'circ' });
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const arrivedAtMs = Date.now();
    const body = await buffer(request);
    const operation = operationNamedBy(actionIn(request), operations) ?? 'unknown';
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    const drawn = faults.draw(operation);
    if (drawn?.fault.kind === 'delay') {
      await sleep(drawn.fault.delayMs);
    }
    const reply = isForwarded(drawn) ? await forward(target, request, body, arrivedAtMs) : null;
    const ask = (): Reply => {
      if (reply === null) {
        throw new Error(`${operation} was not forwarded`);
      }
      return { ...reply, operation };
    };
    if (drawn === null) {
      send(response, ask());
    } else {
      await answerWithFault({ drawn, ask, askAgain: () => null, operations, request: body, response });
    }
  };
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      process.stderr.write(`the relay of ${name} failed: ${error}\n`);
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the relay has no port');
  }
  return {
    url: `http://127.0.0.1:${address.port}/${name}`,
    calls,
    faults,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Whether the peer gets the request in spite of the fault. */
function isForwarded(drawn: DrawnFault | null): boolean {
  switch (drawn?.fault.kind) {
    case 'refuse':
    case 'reset-before':
      return false;
    case 'hang':
    case 'html-page':
      return drawn.fault.applied;
    default:
      return true;
  }
}

const actionIn = ({ headers }: IncomingMessage) => ({
  contentType: headers['content-type'] ?? '',
  soapAction: typeof headers.soapaction === 'string' ? headers.soapaction : null,
});

async function forward(
  target: string,
  request: IncomingMessage,
  body: Buffer,
  arrivedAtMs: number,
): Promise<Omit<Reply, 'operation'>> {
  const { contentType, soapAction } = actionIn(request);
  const headers = {
    'content-type': contentType,
    'x-arrived-at': String(arrivedAtMs),
    ...(soapAction === null ? {} : { soapaction: soapAction }),
  };
  const reply = await fetch(target, { method: 'POST', headers, body: new Uint8Array(body) });
  return {
    status: reply.status,
    contentType: reply.headers.get('content-type') ?? '',
    body: Buffer.from(await reply.arrayBuffer()),
  };
}
