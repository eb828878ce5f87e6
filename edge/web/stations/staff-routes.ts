import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { answerError } from '../http/answers.ts';
import type { AreaSessions } from '../http/area-sessions.ts';
import { readBody } from '../http/read-body.ts';
import { requireSameOrigin } from '../http/same-origin.ts';
import type { WebService } from '../service.ts';
import type { Session } from '../sessions/sessions.ts';
import type { Enrolments } from './enrolments.ts';
import { requireStaff } from './require-staff.ts';
import { pageOfStations } from './station-pages.ts';

const path = '/staff/station-enrolments';
/** A text without line breaks and invisible characters, which fits on the station's screen and in a list. */
const shortText = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{C}]*$/u);
const labelBody = z.strictObject({ name: shortText(60), branch: shortText(20) });

const pageQuery = z.strictObject({ after: z.string().max(1_000).optional() });

/** Adds the routes of the staff's page: to list stations, to make a code for a new one, and to revoke one. */
export function addEnrolmentRoutes(
  app: FastifyInstance,
  { log, origin }: WebService,
  staff: AreaSessions,
  enrolments: Enrolments,
): void {
  const onlyOwnPages = { onRequest: requireSameOrigin(origin.origin) };

  app.get(path, async (request, reply) => {
    const session = await requireStaff(staff, request, reply);
    if (session === null) {
      return reply;
    }
    const query = pageQuery.safeParse(request.query);
    const page = query.success ? pageOfStations(await enrolments.list(), query.data.after ?? null) : null;
    return page ?? answerError(reply, 'BAD_REQUEST');
  });

  app.post(path, onlyOwnPages, async (request, reply) => {
    const session = await requireStaff(staff, request, reply);
    if (session === null) {
      return reply;
    }
    const stationLabel = readBody(request, labelBody);
    if (stationLabel === null) {
      return answerError(reply, 'BAD_REQUEST');
    }
    const made = await enrolments.makeCode(stationLabel, nameOf(session));
    log.info({ reqId: request.id, branch: stationLabel.branch }, 'a code for a station was made');
    return made;
  });

  app.delete<{ Params: { id: string } }>(`${path}/:id`, onlyOwnPages, async (request, reply) => {
    const session = await requireStaff(staff, request, reply);
    if (session === null) {
      return reply;
    }
    const { id } = request.params;
    if (!(await enrolments.revoke(id, nameOf(session)))) {
      return answerError(reply, 'NOT_FOUND');
    }
    log.info({ reqId: request.id, station: id }, 'a station was revoked');
    return reply.code(204).send();
  });
}

/** The name of a member of staff. Empty if the provider sends none. */
const nameOf = ({ name }: Session): string => name ?? '';
