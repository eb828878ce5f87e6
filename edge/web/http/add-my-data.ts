import { addAbortSignal, Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Bulkhead } from '../../../platform/priority/bulkhead.ts';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import { writeFile } from '../my-data/file.ts';
import { type AskGraph, parseAnswer } from '../my-data/read-section.ts';
import { exportDocument } from '../my-data/sections.ts';
import type { ServedArea, WebService } from '../service.ts';
import { answerError } from './answers.ts';
import { type AreaSessions, callerKeyOf, type FoundSession } from './area-sessions.ts';
import { relayTimeoutMs } from './relay.ts';
import { requireSameOrigin } from './same-origin.ts';

/**
 * Time for reading the data of one *my data* file from the graph, in ms. The file names each part that could not be
 * read in time.
 */
const readingMs = 60_000;
/** Time for the browser to receive the whole file, in ms. A slower browser is disconnected. */
const sendingMs = 120_000;
/**
 * The maximum number of *my data* files that this process writes at the same time. One reader can't have all of them.
 */
const maxFiles = 8;

/**
 * Adds *my data*: one file with all data that the graph has about the reader. The file is streamed page by page and never
 * stored. The reader's access log gets an entry before the first page is read.
 */
export function addMyData(
  app: FastifyInstance,
  service: WebService,
  { area }: ServedArea,
  areaSessions: AreaSessions,
): void {
  const files = new Bulkhead(maxFiles);
  const onlyOwnPages = { onRequest: requireSameOrigin(service.origin.origin) };
  app.get(`${area.path}/data`, onlyOwnPages, async (request, reply) => {
    const found = await areaSessions.find(request, reply);
    if (found === null) {
      return answerError(reply, 'UNAUTHENTICATED');
    }
    const session = await areaSessions.require(found, request, reply);
    if (session === null) {
      return reply;
    }
    const turn = { callClass: 'lending', caller: callerKeyOf(session) } as const;
    const lack = files.take(turn);
    if (lack !== null) {
      return answerError(reply, lack === 'caller' ? 'RATE_LIMITED' : 'UNAVAILABLE');
    }
    reply.raw.once('close', () => files.leave(turn));
    return await sendFile(service, area, areaSessions, session, request, reply);
  });
}

async function sendFile(
  service: WebService,
  area: ServedArea['area'],
  areaSessions: AreaSessions,
  session: FoundSession,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const until = performance.now() + readingMs;
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  let hasEnded = false;
  const ask: AskGraph = async (query, variables) => {
    try {
      const fresh = await areaSessions.refresh(session);
      if (fresh === null) {
        hasEnded = true;
        return null;
      }
      const { status, body } = await service.graph.relay({
        body: Buffer.from(JSON.stringify({ query, variables })),
        token: fresh.session.tokens.accessToken,
        callClass: area.callClass,
        caller: callerKeyOf(session),
        language: request.headers['accept-language'] ?? null,
        accessReason: null,
        address: request.ip,
        requestId: request.id,
        signal: AbortSignal.any([gone.signal, AbortSignal.timeout(relayTimeoutMs)]),
      });
      hasEnded ||= status === 401;
      return parseAnswer(body.toString());
    } catch (error) {
      if (!gone.signal.aborted) {
        service.log.warn({ reqId: request.id, reason: nameOfError(error) }, 'the graph did not answer');
      }
      return null;
    }
  };
  const begun = await ask(exportDocument, {});
  if (hasEnded) {
    await areaSessions.sessions.end(session.id);
    return answerError(reply, 'UNAUTHENTICATED');
  }
  if (begun?.errors.some(({ extensions }) => extensions?.code === 'FRESH_SIGN_IN_NEEDED')) {
    return reply.redirect(`${area.path}/sign-in?to=${area.path}/access`, 303);
  }
  const madeAt = begun?.data?.me?.dataExportedAt;
  if (typeof madeAt !== 'string') {
    return answerError(reply, 'UNAVAILABLE');
  }
  const file = Readable.from(writeFile(madeAt, ask, () => performance.now() > until));
  addAbortSignal(AbortSignal.timeout(sendingMs), file);
  return reply
    .type('application/json; charset=utf-8')
    .header('content-disposition', 'attachment; filename="library-data.json"')
    .send(file);
}
