import { readdir, readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { addStaticPage, isBuilt, strictPolicy } from '../../../platform/static-pages/add-static-page.ts';
import { HttpError } from '../../engine/request.ts';

export interface PortalFiles {
  /** The files of `npm run build`. */
  readonly folder: string;
  /** The folder with the schema of each audience, in files such as `reader.graphql`. */
  readonly schemas: URL;
}

/**
 * Serves the portal at `/docs`: guides, the schema of each audience, and the changelog. Without the built files,
 * `/docs` answers with a 404 that says so. `hasGraphiQL` says whether the portal can open the guides' operations in
 * GraphiQL. Programs get a schema as SDL, as in `/docs/schema/reader.graphql`.
 */
export async function addPortal(
  app: FastifyInstance,
  { folder, schemas }: PortalFiles,
  { hasGraphiQL }: { readonly hasGraphiQL: boolean },
): Promise<void> {
  const page = {
    path: '/docs',
    folder,
    folders: ['assets', 'content'],
    // This policy lets the page show the guides' HTML.
    contentSecurityPolicy: strictPolicy('guides'),
  };
  if (isBuilt(page)) {
    await addStaticPage(app, page);
    app.get('/docs/content/gateway.json', (_request, reply) =>
      reply.header('cache-control', 'no-cache').send({ hasGraphiQL }),
    );
    for (const file of await readdir(schemas)) {
      const sdl = await readFile(new URL(file, schemas), 'utf8');
      app.get(`/docs/schema/${file}`, (_request, reply) =>
        reply.header('cache-control', 'no-cache').type('text/plain; charset=utf-8').send(sdl),
      );
    }
    // The schema of an unknown audience is a 404. Without this route, a program that expects SDL would get the
    // portal's page.
    app.get('/docs/schema/:audience.graphql', () => {
      throw new HttpError(404, 'NOT_FOUND', 'No audience of this name has a schema.');
    });
  } else {
    app.get('/docs', () => {
      throw new HttpError(404, 'NOT_FOUND', 'The portal is not built: run npm run build.');
    });
  }
}
