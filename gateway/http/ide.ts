import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { addStaticPage, isBuilt } from '../../platform/static-pages/add-static-page.ts';
import type { Demonstration } from '../access/demonstration.ts';
import { HttpError } from '../engine/request.ts';
import { addDemonstrationTokens } from './demonstration-tokens.ts';

/** What GraphiQL shows. */
export interface IdeOptions {
  readonly title: string;
  /** In the first tab. */
  readonly defaultQuery: string;
  /** Whether the guides are about this graph. */
  readonly hasGuides: boolean;
  /** Whose tokens the page may have; null where patrons may be real. */
  readonly demonstration: Demonstration | null;
}

/**
 * Scripts, styles, workers and fonts of this server alone; no inline script, and no code from texts. It is looser than the portal's
 * in one point: Monaco, the editor, makes `<style>` elements and writes `style="…"` into the HTML of each line.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves GraphiQL at `/graphiql`, as `npm run build` has made it; where it has not, `/graphiql` says so with a 404. */
export async function addGraphiQL(app: FastifyInstance, options: IdeOptions): Promise<void> {
  const folder = fileURLToPath(new URL('../../apps/dist/graphiql', import.meta.url));
  const page = { path: '/graphiql', folder, folders: ['assets', 'content'], contentSecurityPolicy };
  if (!isBuilt(page)) {
    app.get('/graphiql', () => {
      throw new HttpError(404, 'NOT_FOUND', 'GraphiQL is not built: run npm run build.');
    });
    return;
  }
  await addStaticPage(app, page);
  const { title, defaultQuery, hasGuides, demonstration } = options;
  const people = demonstration?.people.map(({ id, label, audience }) => ({ id, label, audience })) ?? [];
  app.get('/graphiql/setup', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ title, defaultQuery, hasGuides, people }),
  );
  if (demonstration !== null) {
    addDemonstrationTokens(app, demonstration);
  }
}
