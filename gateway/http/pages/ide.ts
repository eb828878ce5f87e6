import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { addStaticPage, isBuilt } from '../../../platform/static-pages/add-static-page.ts';
import type { Demonstration } from '../../access/demonstration.ts';
import { HttpError } from '../../engine/request.ts';
import { addDemonstrationTokens } from './demonstration-tokens.ts';

export interface IdeOptions {
  readonly title: string;
  /** The query in the first tab. */
  readonly defaultQuery: string;
  /** Whether the portal's guides describe this graph. */
  readonly hasGuides: boolean;
  /** The people whose tokens the page may get. Null if patrons may be real. */
  readonly demonstration: Demonstration | null;
}

/**
 * Allows only scripts, styles, workers and fonts of this server. Forbids inline scripts and code made from text. The
 * policy allows two things that the portal's policy forbids, because the editor Monaco needs them: `<style>` elements
 * and `style="…"` attributes, and HTML without a trusted type.
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

/**
 * Serves GraphiQL at `/graphiql`, from the files of `npm run build`. Without these files, `/graphiql` answers with a
 * 404 that says so.
 */
export async function addGraphiQL(app: FastifyInstance, options: IdeOptions): Promise<void> {
  const folder = fileURLToPath(new URL('../../../apps/dist/graphiql', import.meta.url));
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
