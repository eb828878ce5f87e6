import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { blockListOf, isListed } from '../../../platform/lifecycle/network.ts';
import type { Demonstration } from '../../access/demonstration.ts';
import { HttpError } from '../../engine/request.ts';

const body = z.object({ person: z.string() });

/** The names of this machine that a browser resolves without DNS. */
const ownNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const thisMachine = blockListOf(['127.0.0.0/8', '::1']);

/** Serves `POST /graphiql/token`. For `{ "person": "…" }` it returns a token of that person of the demonstration. */
export function addDemonstrationTokens(app: FastifyInstance, demonstration: Demonstration): void {
  app.post('/graphiql/token', async (request, reply) => {
    if (!isFromOwnPage(request)) {
      throw new HttpError(
        403,
        'FORBIDDEN',
        'Only the page of this server, on this machine, is given tokens.',
      );
    }
    const parsed = body.safeParse(request.body);
    const issued = parsed.success ? await demonstration.issue(parsed.data.person) : null;
    if (issued === null) {
      throw new HttpError(400, 'BAD_REQUEST', 'There is no such person in the demonstration.');
    }
    return reply.header('cache-control', 'no-store').send(issued);
  });
}

/**
 * Returns whether the request comes from a page of this server, in a browser on this machine. A page of another origin
 * sends that origin. A page with a name that was made to resolve to this machine (DNS rebinding) sends the wrong
 * `Host`. Another machine can send any header, but has another address.
 */
function isFromOwnPage({ headers, socket }: FastifyRequest): boolean {
  const host = URL.parse(`http://${headers.host}`);
  const origin = URL.parse(headers.origin ?? '');
  return (
    host !== null &&
    ownNames.has(host.hostname) &&
    origin?.host === host.host &&
    isListed(thisMachine, socket.remoteAddress ?? '')
  );
}
