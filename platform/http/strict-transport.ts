import type { FastifyInstance } from 'fastify';
import { onRequestBegin } from '../telemetry/request-events.ts';

/** One year. Subdomains are left out, because for a whole year browsers would refuse a subdomain without TLS. */
const policy = 'max-age=31536000';

/**
 * Tells browsers to use only https for this host (RFC 6797). A connection is secure if this process serves TLS, or if a
 * trusted proxy reports TLS (`X-Forwarded-Proto`). Over http, browsers must ignore the header, so it is not sent.
 */
export function addStrictTransport(app: FastifyInstance): void {
  onRequestBegin(app, (request, reply) => {
    if (request.protocol === 'https') {
      reply.header('strict-transport-security', policy);
    }
  });
}
