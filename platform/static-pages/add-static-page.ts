import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';

export interface StaticPage {
  /** The path of the page, such as `/docs`. */
  readonly path: string;
  /** The folder of the built page: it has `index.html` and folders of files. */
  readonly folder: string;
  /** The subfolders whose files are served. Every other path gets the page, which has its own router. */
  readonly folders: readonly string[];
  /** The files beside `index.html` that are served, such as a service worker. */
  readonly files?: readonly string[];
  /** HTML that is added to the head of the page. */
  readonly head?: string;
  /** The value of `Content-Security-Policy`. Default: `strictPolicy()`. */
  readonly contentSecurityPolicy?: string;
}

/**
 * Allows only scripts, styles and data of this server. Another page can't show this page in a frame, and this page
 * can't submit a form. No text becomes HTML or script, except through the page's own policies of trusted types.
 * @param trustedTypes the names of these policies, separated by spaces
 */
export const strictPolicy = (trustedTypes = "'none'"): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${trustedTypes}`,
  ].join('; ');

/** The folder of a page's script and style. Their names change with their content. */
const assets = 'assets/';

/** The script that reloads the page once if one of its files is missing. Its name never changes. */
const reloadScript = 'reload.js';

/** Whether `npm run build` has made the page. */
export const isBuilt = ({ folder }: StaticPage): boolean => existsSync(join(folder, 'index.html'));

const cacheControlOf = (file: string): string =>
  file.startsWith(assets) ? 'public, max-age=31536000, immutable' : 'no-cache';

/** Serves a page that `npm run build` has made (see `isBuilt`). */
export async function addStaticPage(
  app: FastifyInstance,
  {
    path,
    folder,
    folders,
    files: ownFiles = [],
    head = '',
    contentSecurityPolicy = strictPolicy(),
  }: StaticPage,
): Promise<void> {
  const files: FastifyPluginAsync = async (scope) => {
    await scope.register(fastifyStatic, {
      root: folder,
      serve: false,
      cacheControl: false,
      decorateReply: true,
      // The build has compressed the files. They have `Vary: Accept-Encoding`, and are sent as they are.
      preCompressed: true,
      // A file that is missing doesn't get this header, because it must not be cached as missing. During a rollout,
      // another process may have the file a moment later.
      setHeaders: (reply, file) => reply.header('cache-control', cacheControlOf(relative(folder, file))),
    });
    scope.get(path, ({ url }, reply) => reply.redirect(`${path}/${new URL(url, 'http://host').search}`));
    scope.get<{ Params: { '*': string } }>(`${path}/*`, async (request, reply) => {
      const { '*': name } = request.params;
      const isFile =
        name === reloadScript || ownFiles.includes(name) || folders.some((own) => name.startsWith(`${own}/`));
      reply.headers({
        'content-security-policy': contentSecurityPolicy,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
      if (isFile) {
        return reply.sendFile(name);
      }
      // The file is read each time, because a newer build names other assets in it.
      const html = await readFile(join(folder, 'index.html'), 'utf8');
      return reply
        .headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
        .send(html.replace('</head>', () => `${head}</head>`));
    });
  };
  await app.register(files);
}
