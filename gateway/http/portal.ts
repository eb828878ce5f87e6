import type { FastifyInstance } from 'fastify';
import { addStaticPage, isBuilt } from '../../platform/static-pages/add-static-page.ts';
import { HttpError } from '../engine/request.ts';

/**
 * Serves the portal at `/docs`: guides, the schema of each audience, changelog. `folder` has what `npm run build` has made; without
 * it, `/docs` says so with a 404. `hasGraphiQL`: whether the guides' operations can be opened there.
 */
export async function addPortal(
  app: FastifyInstance,
  folder: string,
  { hasGraphiQL }: { readonly hasGraphiQL: boolean },
): Promise<void> {
  const page = { path: '/docs', folder, folders: ['assets', 'content'] };
  if (isBuilt(page)) {
    await addStaticPage(app, page);
    app.get('/docs/content/gateway.json', (_request, reply) =>
      reply.header('cache-control', 'no-cache').send({ hasGraphiQL }),
    );
  } else {
    app.get('/docs', () => {
      throw new HttpError(404, 'NOT_FOUND', 'The portal is not built: run npm run build.');
    });
  }
}
