import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { siteOf } from '../../../platform/lifecycle/network.ts';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import { areas } from '../areas.ts';
import { relayTimeoutMs } from '../http/relay.ts';
import type { WebService } from '../service.ts';
import { type SwitchOffOutcome, switchOffPage } from './page.ts';

const { path: accountPath } = areas.reader;

const query = `mutation SwitchOff($link: String!) {
  switchOffNotice(input: { link: $link }) {
    kind
  }
}`;

const answerShape = z.object({
  data: z.object({ switchOffNotice: z.object({ kind: z.string().nullable() }) }),
});

const statuses: Readonly<Record<SwitchOffOutcome, number>> = {
  ask: 200,
  done: 200,
  invalid: 404,
  unavailable: 503,
};

/**
 * Adds the URL that a mail contains in its header `List-Unsubscribe`. The URL works without a session. `POST` switches
 * off this kind of notice at once. A mail program sends `POST` when a reader clicks on the program's unsubscribe button
 * (RFC 8058). `GET` only shows a page with a question, because programs that scan mails open every link.
 */
export async function addSwitchOff(app: FastifyInstance, service: WebService): Promise<void> {
  const answer = (reply: FastifyReply, outcome: SwitchOffOutcome) =>
    reply
      .code(statuses[outcome])
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        // Other sites must not learn the URL of this page. Its parameter `link` can switch off notices.
        'referrer-policy': 'no-referrer',
      })
      .send(switchOffPage(outcome, `${accountPath}/`));

  const routes: FastifyPluginAsync = async (scope) => {
    // RFC 8058 allows two forms of the body. The body is ignored, because the URL contains everything that is needed.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 4096 }, (_request, _body, done) =>
      done(null, null),
    );
    scope.get(`${accountPath}/switch-off`, (request, reply) =>
      answer(reply, linkOf(request) === null ? 'invalid' : 'ask'),
    );
    scope.post(`${accountPath}/switch-off`, async (request, reply) => {
      const link = linkOf(request);
      return answer(reply, link === null ? 'invalid' : await switchOff(service, link, request, reply));
    });
  };
  await app.register(routes);
}

function linkOf({ query: values }: FastifyRequest): string | null {
  const parsed = z.object({ link: z.string().regex(/^[\w-]{1,1000}$/) }).safeParse(values);
  return parsed.success ? parsed.data.link : null;
}

async function switchOff(
  { graph, log }: WebService,
  link: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SwitchOffOutcome> {
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort());
  try {
    const { body } = await graph.relay({
      body: Buffer.from(JSON.stringify({ query, variables: { link } })),
      token: null,
      callClass: 'anonymous',
      caller: siteOf(request.ip),
      language: null,
      accessReason: null,
      address: request.ip,
      requestId: request.id,
      signal: AbortSignal.any([gone.signal, AbortSignal.timeout(relayTimeoutMs)]),
    });
    const { data } = answerShape.parse(JSON.parse(body.toString()));
    return data.switchOffNotice.kind === null ? 'invalid' : 'done';
  } catch (error) {
    log.warn({ reqId: request.id, reason: nameOfError(error) }, 'a notice was not switched off');
    return 'unavailable';
  }
}
