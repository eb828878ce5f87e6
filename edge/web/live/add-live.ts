/**
 * One stream serves all tabs of an area. A browser has only six connections to a server over HTTP/1.1. So a page posts
 * all of its subscriptions at once, and gets their events in one answer:
 *
 *     [{ "id": "a", "query": "subscription …", "variables": { "after": ["…"] } }]
 *
 *     event: next
 *     data: {"id":"a","payload":{"data":{"myChanges":{…}}}}
 *
 *     event: next
 *     data: {"id":"a","payload":null}
 *
 * If an error ends a subscription, the error is its last result, as in the graph's own streams. The payload null means
 * that the subscription has ended.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { describeError } from '../../../platform/telemetry/describe-error.ts';
import type { StreamRequest } from '../../graph/streams.ts';
import { answerError } from '../http/answers.ts';
import type { AreaSessions, FoundSession } from '../http/area-sessions.ts';
import { readBody } from '../http/read-body.ts';
import { accessReasonOf } from '../http/relay.ts';
import { requireSameOrigin } from '../http/same-origin.ts';
import type { ServedArea, WebService } from '../service.ts';
import { renewedAheadMs } from '../sessions/fresh-tokens.ts';
import { type FollowOptions, followUpstream } from './follow-upstream.ts';
import type { OpenPages } from './open-pages.ts';
import { heartbeatMs, PageStream } from './page-stream.ts';

/** The maximum number of subscriptions of a page: one for each open patron, and some for lists. */
const maxSubscriptions = 12;

const liveBody = z
  .array(
    z.strictObject({
      id: z.string().min(1).max(60),
      query: z.string(),
      variables: z.record(z.string(), z.unknown()).default({}),
    }),
  )
  .min(1)
  .max(maxSubscriptions);

/** After a check of the session, events are sent for this time without another check, in ms. */
const sessionKnownMs = 1_000;

/** Adds the route of an area's stream. The stream doesn't extend the session, and ends when the session ends. */
export function addLive(
  app: FastifyInstance,
  { graphStreams, log, origin, now }: WebService,
  { area }: Pick<ServedArea, 'area'>,
  areaSessions: AreaSessions,
  openPages: OpenPages,
): void {
  const { sessions } = areaSessions;
  const onRequest = requireSameOrigin(origin.origin);
  app.post(`${area.path}/live`, { onRequest }, async (request, reply) => {
    const found = await areaSessions.peek(request, reply);
    const signedIn = found === null ? null : await areaSessions.require(found, request, reply);
    if (signedIn === null) {
      return found === null ? answerError(reply, 'UNAUTHENTICATED') : reply;
    }
    const subscriptions = readBody(request, liveBody);
    if (subscriptions === null) {
      return answerError(reply, 'BAD_REQUEST');
    }
    const stream = new PageStream();
    if (!openPages.add(signedIn.id, stream)) {
      stream[Symbol.dispose]();
      return answerError(reply, 'UNAVAILABLE');
    }
    const isThere = watchSession(() => sessions.peek(signedIn.id), stream);
    const followed = (subscription: Pick<StreamRequest, 'query' | 'variables'>): FollowOptions => ({
      ...subscription,
      ...callerOf(request),
      streams: graphStreams,
      signal: stream.gone,
      freshToken: () => tokenOf(signedIn, areaSessions, now),
      onRefused: () => sessions.end(signedIn.id),
    });
    void Promise.all(
      subscriptions.map(async ({ id, ...subscription }) => {
        for await (const { kind, text } of followUpstream(followed(subscription))) {
          if (!(await isThere())) {
            return;
          }
          if (text !== null) {
            await stream.write(`{"id":${JSON.stringify(id)},"payload":${text}}`);
          }
          if (kind === 'end') {
            await stream.write(JSON.stringify({ id, payload: null }));
          }
        }
      }),
    )
      .catch((error: unknown) => {
        log.error({ reqId: request.id, ...describeError(error) }, 'the stream of a page failed');
      })
      .finally(() => stream.end());
    return stream.send(reply);
  });
}

/**
 * The session's latest access token. Null if the session has ended. The session is read each time, because a stream may
 * last longer than a token.
 */
async function tokenOf(
  { id }: FoundSession,
  { sessions, refresh }: Pick<AreaSessions, 'sessions' | 'refresh'>,
  now: () => number,
) {
  const session = await sessions.peek(id);
  const fresh = session === null ? null : await refresh({ id, session });
  if (fresh === null) {
    return null;
  }
  const { accessToken, accessExpiresAt } = fresh.session.tokens;
  return { token: accessToken, lastsMs: accessExpiresAt - now() - renewedAheadMs };
}

const callerOf = (request: FastifyRequest) => ({
  language: request.headers['accept-language'] ?? null,
  accessReason: accessReasonOf(request),
  address: request.ip,
  requestId: request.id,
});

/**
 * Returns a function that resolves to whether the session still exists. If the session has ended, the stream ends, too.
 * The session is also checked at each heartbeat.
 */
function watchSession(peek: () => Promise<unknown>, stream: PageStream): () => Promise<boolean> {
  let knownUntil = performance.now() + sessionKnownMs;
  const isThere = async (): Promise<boolean> => {
    if (performance.now() < knownUntil) {
      return true;
    }
    // If the session can't be read, it may have ended, so the stream ends.
    const session = await peek().catch(() => null);
    knownUntil = performance.now() + sessionKnownMs;
    if (session === null) {
      stream.end();
    }
    return session !== null;
  };
  const looking = setInterval(() => void isThere(), heartbeatMs);
  stream.gone.addEventListener('abort', () => clearInterval(looking), { once: true });
  return isThere;
}
