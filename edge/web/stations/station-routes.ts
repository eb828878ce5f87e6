import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isListed, networksOf } from '../../../platform/lifecycle/network.ts';
import { SealedStateFull } from '../../../store/shared-state/port.ts';
import { answerError } from '../http/answers.ts';
import { csrfHeader } from '../http/csrf-header.ts';
import { readBody } from '../http/read-body.ts';
import { relay } from '../http/relay.ts';
import { requireSameOrigin } from '../http/same-origin.ts';
import type { WebService } from '../service.ts';
import { clearCookie, readCookie, setCookie } from '../sessions/cookies.ts';
import { type StationOptions, stationPath } from '../station-options.ts';
import { cookieLifetimeMs, type Enrolments } from './enrolments.ts';
import { WrongCodes } from './wrong-codes.ts';

export interface StationRoutesOptions extends StationOptions {
  readonly enrolments: Enrolments;
  /** The only documents that a station may send. They are compared exactly. */
  readonly documents: ReadonlySet<string>;
}

const cookie = '__Host-station';
const enrolBody = z.strictObject({ code: z.string().max(100) });
const graphBody = z.strictObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Adds the routes of the station's page: its state (whether the machine is a station), its enrolment, and requests to the
 * graph.
 */
export function addStationRoutes(
  app: FastifyInstance,
  service: WebService,
  { enrolments, tokenFor, addresses, documents }: StationRoutesOptions,
): void {
  const { log, now, origin, observer = {} } = service;
  const wrongCodes = new WrongCodes(now);
  observer.watchTable?.('wrong_station_codes', () => wrongCodes.fill);
  const onlyOwnPages = { onRequest: requireSameOrigin(origin.origin) };

  const keepCookie = (reply: FastifyReply, secret: string) =>
    setCookie(reply, cookie, secret, { sameSite: 'strict', maxAgeSeconds: cookieLifetimeMs / 1_000 });

  const isThere = ({ ip }: FastifyRequest): boolean => addresses === null || isListed(addresses, ip);

  const findStation = async (request: FastifyRequest, reply: FastifyReply) => {
    const secret = readCookie(request, cookie);
    if (!isThere(request)) {
      if (secret !== null) {
        log.warn({ reqId: request.id }, 'a station’s cookie came from where no station may be');
      }
      return null;
    }
    const found = secret === null ? null : await enrolments.find(secret);
    if (secret === null || found === null) {
      if (secret !== null) {
        clearCookie(reply, cookie);
      }
      return null;
    }
    return { secret, ...found };
  };

  app.get(`${stationPath}/session`, async (request, reply) => {
    const found = await findStation(request, reply);
    if (found === null) {
      return { enrolled: false };
    }
    keepCookie(reply, found.secret);
    const { name, branch } = found.station;
    return { enrolled: true, csrfToken: found.csrfToken, name, branch };
  });

  app.post(`${stationPath}/enrol`, onlyOwnPages, async (request, reply) => {
    // A code from an address where no station may be doesn't count as a wrong code. With such codes, anybody could keep
    // the library from enrolling its stations.
    if (!isThere(request)) {
      log.warn({ reqId: request.id }, 'a code for a station came from where no station may be');
      return answerError(reply, 'WRONG_CODE');
    }
    const networks = networksOf(request.ip);
    const waitMs = wrongCodes.waitMs(networks);
    if (waitMs > 0) {
      reply.header('retry-after', Math.ceil(waitMs / 1_000));
      return answerError(reply, 'TOO_MANY_REQUESTS');
    }
    const body = readBody(request, enrolBody);
    const enrolled = await wrongCodes.watch(networks, async () =>
      body === null ? null : await enrolOrNull(enrolments, body.code),
    );
    if (enrolled === null) {
      log.warn({ reqId: request.id }, 'a wrong code was given for a station');
      return answerError(reply, 'WRONG_CODE');
    }
    const { secret, station } = enrolled;
    await replaceLast(request, station.enrolledBy);
    log.info({ reqId: request.id, station: station.id, branch: station.branch }, 'a station is enrolled');
    keepCookie(reply, secret);
    return { enrolled: true };
  });

  /** A machine can be only one station at a time, so its previous station is revoked. */
  const replaceLast = async (request: FastifyRequest, by: string): Promise<void> => {
    const last = readCookie(request, cookie);
    const station = last === null ? null : await enrolments.find(last);
    if (station !== null) {
      await enrolments.revoke(station.station.id, by);
    }
  };

  app.post(`${stationPath}/graphql`, onlyOwnPages, async (request, reply) => {
    const found = await findStation(request, reply);
    if (found === null) {
      return answerError(reply, 'UNAUTHENTICATED');
    }
    if (!enrolments.isCsrfToken(found.secret, request.headers[csrfHeader])) {
      return answerError(reply, 'CSRF_CHECK_FAILED');
    }
    const body = readBody(request, graphBody);
    if (body === null) {
      return answerError(reply, 'BAD_REQUEST');
    }
    if (!documents.has(body.query)) {
      log.warn(
        { reqId: request.id, station: found.station.id },
        'a station has asked what its page does not',
      );
      return answerError(reply, 'QUERY_NOT_IN_SAFELIST');
    }
    const token = await tokenFor(found.station);
    const asker = { token, callClass: 'lending', caller: found.station.id } as const;
    await relay(service, request, reply, asker, Buffer.from(JSON.stringify(body)));
    return reply;
  });
}

/**
 * Enrols a station. Null if the code is wrong, or if there are too many stations. In the second case, the code is used
 * up, and staff must revoke a station first.
 */
async function enrolOrNull(enrolments: Enrolments, code: string) {
  try {
    return await enrolments.enrol(code);
  } catch (error) {
    if (error instanceof SealedStateFull) {
      return null;
    }
    throw error;
  }
}
