import type { FastifyInstance } from 'fastify';
import { answerError } from '../http/answers.ts';
import type { AreaSessions } from '../http/area-sessions.ts';
import type { WebService } from '../service.ts';
import { requireStaff } from './require-staff.ts';
import { Sip2Unavailable } from './sip2-servers.ts';

/** Adds the route that lists the SIP2 terminals for staff. The route also works if no station is enrolled here. */
export function addTerminalsRoute(
  app: FastifyInstance,
  { log, terminals }: WebService,
  staff: AreaSessions,
): void {
  app.get('/staff/sip2-terminals', async (request, reply) => {
    const session = await requireStaff(staff, request, reply);
    if (session === null) {
      return reply;
    }
    try {
      return { terminals: (await terminals?.()) ?? null };
    } catch (error) {
      if (!(error instanceof Sip2Unavailable)) {
        throw error;
      }
      log.warn({ reqId: request.id, reason: error.message }, 'a server of SIP2 did not tell its terminals');
      return answerError(reply, 'UNAVAILABLE');
    }
  });
}
