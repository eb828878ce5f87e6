import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { HttpError } from '../engine/request.ts';

/** Scripts, styles and data of this server alone. No other page may frame it, and it sends no form. */
const contentSecurityPolicy = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", 'img-src data:'],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

/** Where a page's script and style are: their names change with their content. */
const assets = '/docs/assets/';

/**
 * Serves the portal at `/docs`: guides, the schema of each audience, changelog. `folder` has what `npm run build` has made; without
 * it, `/docs` says so with a 404. Whatever is not a file is the page, which knows its own addresses.
 */
export async function addPortal(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/docs', () => {
      throw new HttpError(404, 'NOT_FOUND', 'The portal is not built: run npm run build.');
    });
    return;
  }
  const pages: FastifyPluginAsync = async (scope) => {
    await scope.register(fastifyStatic, { root: folder, serve: false, decorateReply: true });
    const headers = (path: string) => ({
      'content-security-policy': contentSecurityPolicy,
      'cache-control': path.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache',
      'referrer-policy': 'no-referrer',
    });
    scope.get('/docs', (_request, reply) => reply.redirect('/docs/'));
    scope.get<{ Params: { '*': string } }>('/docs/*', (request, reply) => {
      const { '*': path } = request.params;
      const isFile = /^(assets|content)\//.test(path);
      return reply
        .headers(headers(`/docs/${path}`))
        .sendFile(isFile ? path : 'index.html', { cacheControl: false });
    });
  };
  await app.register(pages);
}
