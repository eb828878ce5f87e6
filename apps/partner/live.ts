/** Keeps the standing of all signed-in readers up to date, and sends each change to their browsers. */
import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Library } from './library.ts';
import { script } from './page.ts';
import { idIn, Sessions } from './sessions.ts';
import { type GraphAccess, reasonOf, Standings } from './standings.ts';

export interface FollowedSessionsOptions {
  readonly library: Pick<Library, 'renew'>;
  readonly graph: GraphAccess | null;
  readonly now: () => Date;
}

/** The maximum number of browsers' streams at one time. Each uses a connection. */
const maxPages = 1_000;
/**
 * The time between two messages to a browser, in ms. After 30 s without one, a page says that its connection is lost.
 */
const heartbeatMs = 12_000;

/**
 * Creates the store of sessions, and adds the routes `/live` and `/live.js`. If there is a `graph`, subscribes to the
 * standing of all signed-in readers. Each stream of `/live` begins with the current standing, so a browser that
 * reconnects needs no cursor.
 */
export function followedSessions(
  app: FastifyInstance,
  { library, graph, now }: FollowedSessionsOptions,
): Sessions {
  const sessions: Sessions = new Sessions((changed) => {
    standings?.follow(sessions.pseudonyms);
    pages.tell(changed);
  });
  const pages = new OpenPages(sessions);
  const standings = graph === null ? null : followStandings(sessions, { library, graph, now });
  app.addHook('preClose', async () => {
    standings?.[Symbol.dispose]();
    pages[Symbol.dispose]();
  });
  app.get('/live.js', (_request, reply) => reply.type('text/javascript').send(script));
  app.get('/live', ({ headers }, reply) => {
    const page = pages.open(idIn(headers.cookie) ?? '');
    return page === null ? reply.code(503).send() : reply.type('text/event-stream').send(page);
  });
  return sessions;
}

/** Subscribes to the standing of all signed-in readers, and updates their sessions when it changes. */
const followStandings = (
  sessions: Sessions,
  { library, graph, now }: FollowedSessionsOptions & { readonly graph: GraphAccess },
): Standings =>
  new Standings({
    graph,
    onStanding(pseudonym, standing) {
      for (const [id, { signedIn }] of sessions.of(pseudonym)) {
        const reader = { ...signedIn.reader, standing };
        const told = { checkedAt: now(), toldAt: performance.now() };
        sessions.update(id, { kind: 'signedIn', signedIn: { ...signedIn, reader }, ...told });
      }
    },
    onUnknown(pseudonym) {
      for (const [id, { signedIn }] of sessions.of(pseudonym)) {
        const askedAt = performance.now();
        void library.renew(signedIn).then((outcome) => {
          if (outcome.kind === 'signedIn') {
            sessions.answered(id, outcome.signedIn, askedAt, now());
          }
        });
      }
    },
    onRefused: (error) => process.stderr.write(`The library refuses to tell standings: ${reasonOf(error)}\n`),
  });

class OpenPages implements Disposable {
  readonly #sessions: Sessions;
  /** The open streams to browsers, each with the id of its session. */
  readonly #pages = new Map<PassThrough, string>();
  readonly #beating: NodeJS.Timeout;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#beating = setInterval(() => this.tell(null), heartbeatMs);
  }

  /** Opens a stream. Returns null if too many are open. */
  open(id: string): PassThrough | null {
    if (this.#pages.size >= maxPages) {
      return null;
    }
    const page = new PassThrough();
    this.#pages.set(page, id);
    page.once('close', () => this.#pages.delete(page));
    this.#tell(page, id);
    return page;
  }

  /** Sends the standing to the browsers of one session, or of all sessions if `session` is null. */
  tell(session: string | null): void {
    for (const [page, id] of this.#pages) {
      if (session === null || id === session) {
        this.#tell(page, id);
      }
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#beating);
    for (const page of this.#pages.keys()) {
      page.end();
    }
  }

  #tell(page: PassThrough, id: string): void {
    const session = this.#sessions.get(id);
    if (session?.kind === 'signedIn') {
      page.write(`data: ${session.signedIn.reader.standing}\n\n`);
    } else {
      // Ends the stream. The browser then loads the page again, and sees that nobody is signed in.
      page.end('data: over\n\n');
    }
  }
}
