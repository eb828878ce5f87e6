/** The e-book service: its page, and the routes behind the buttons. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { languageIn, languages } from './language.ts';
import type { Library, Outcome } from './library.ts';
import { followedSessions } from './live.ts';
import { isNotice, type Notice, page, styleSheet } from './page.ts';
import { idIn, type Sessions } from './sessions.ts';
import type { GraphAccess } from './standings.ts';

/**
 * The maximum size of a request's body, in bytes. A logout token has some hundred bytes, and a button's form is empty.
 */
const maxFormBytes = 16_384;

export interface ServerOptions {
  readonly library: Library;
  /** The address of the library's sign-in service. The page's forms may lead only to it and to this service. */
  readonly issuer: URL;
  /**
   * The library's graph, in which the standing of readers is followed. If null, the page shows the standing from the
   * library's last answer.
   */
  readonly graph: GraphAccess | null;
  readonly now: () => Date;
}

export function createServer({ library, issuer, graph, now }: ServerOptions): FastifyInstance {
  const app = Fastify();
  const sessions = followedSessions(app, { library, graph, now });
  app.addHook('onRequest', async (_request, reply) => void reply.headers(headersFor(issuer)));
  acceptForms(app);
  servePage(app, sessions);
  app.get('/sign-in', async (request, reply) => {
    const begun = await library.begin();
    if (begun === null) {
      return home(reply, 'unavailable');
    }
    const session = { kind: 'pending', pending: begun.pending } as const;
    return reply
      .header('set-cookie', sessions.replace(request.headers.cookie, session))
      .redirect(begun.url.href);
  });
  app.get('/callback', async (request, reply) => {
    const session = sessions.find(request.headers.cookie);
    if (session?.kind !== 'pending') {
      return home(reply, 'over');
    }
    return settle(request, reply, await library.finish(session.pending, new URL(request.url, issuer).search));
  });
  app.post('/standing', button, async (request, reply) => {
    const { cookie } = request.headers;
    const [session, id] = [sessions.find(cookie), idIn(cookie)];
    if (session?.kind !== 'signedIn' || id === null) {
      return home(reply, 'over');
    }
    const askedAt = performance.now();
    const outcome = await library.renew(session.signedIn);
    if (outcome.kind === 'unavailable') {
      // The library can't be reached now. The reader stays signed in, and the refresh token is still valid.
      return home(reply, 'unavailable');
    }
    if (outcome.kind === 'signedIn') {
      const isSignedIn = sessions.answered(id, outcome.signedIn, askedAt, now());
      return home(reply, isSignedIn ? null : 'over');
    }
    return settle(request, reply, outcome);
  });
  app.post('/sign-out', button, async (request, reply) => {
    const session = sessions.find(request.headers.cookie);
    reply.header('set-cookie', sessions.end(request.headers.cookie));
    const url = session?.kind === 'signedIn' ? await library.signOutUrl(session.signedIn) : null;
    return url === null ? home(reply, 'signedOut') : reply.redirect(url.href, 303);
  });
  // The request comes from the library's server, not from a browser. Its token proves its origin.
  app.post('/back-channel-logout', async ({ body }, reply) => {
    const token = body instanceof URLSearchParams ? body.get('logout_token') : null;
    const ended = token === null ? null : await library.sessionEndedBy(token);
    if (ended === null) {
      return reply.code(400).send();
    }
    sessions.endWith(ended);
    return reply.code(204).send();
  });
  app.get('/signed-out', (_request, reply) => home(reply, 'signedOut'));

  /** Begins a session if the reader has signed in, or else ends the session. Then shows the page. */
  function settle({ headers }: FastifyRequest, reply: FastifyReply, outcome: Outcome): FastifyReply {
    if (outcome.kind === 'signedIn') {
      const session = { ...outcome, checkedAt: now(), toldAt: 0 };
      return home(reply.header('set-cookie', sessions.replace(headers.cookie, session)), null);
    }
    return home(reply.header('set-cookie', sessions.end(headers.cookie)), outcome.kind);
  }
  return app;
}

function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: maxFormBytes },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
}

function servePage(app: FastifyInstance, sessions: Sessions): void {
  app.get('/style.css', (_request, reply) => reply.type('text/css').send(styleSheet));
  app.get<{ Querystring: { notice?: string } }>('/', (request, reply) => {
    const { notice = '' } = request.query;
    const session = sessions.find(request.headers.cookie);
    return reply.type('text/html; charset=utf-8').send(
      page({
        language: languageIn(request),
        notice: isNotice(notice) ? notice : null,
        signedIn: session?.kind === 'signedIn' ? session : null,
      }),
    );
  });
  app.get<{ Params: { language: string } }>('/language/:language', (request, reply) => {
    const language = languages.find((one) => one === request.params.language) ?? languages[0];
    return reply.header('set-cookie', `language=${language}; Path=/; SameSite=Lax`).redirect('/');
  });
}

/** Accepts only requests from this page's buttons. Other sites must not sign the reader out, for example. */
const button = {
  async onRequest({ headers }: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (headers['sec-fetch-site'] !== 'same-origin') {
      await reply.code(403).send('Use the buttons of the page.');
    }
  },
};

const home = (reply: FastifyReply, notice: Notice | null): FastifyReply =>
  reply.redirect(notice === null ? '/' : `/?notice=${notice}`, 303);

const headersFor = (issuer: URL): Readonly<Record<string, string>> => ({
  'content-security-policy': `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self' ${issuer.origin}; frame-ancestors 'none'; base-uri 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
});
