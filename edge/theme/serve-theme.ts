import type { FastifyInstance } from 'fastify';
import { type Html, html } from '../server/html.ts';
import type { Theme } from './theme.ts';

/** A browser keeps a theme for five minutes before it requests the theme again. */
const cacheControl = 'public, max-age=300';

/**
 * Serves the library's logo at `<path>/mark`, and a style sheet at `<path>/style.css`. The style sheet is
 * the theme's, followed by `ownStyle`.
 */
export function serveTheme(
  app: FastifyInstance,
  path: string,
  { logo, styleSheet }: Theme,
  ownStyle = '',
): void {
  app.get(`${path}/style.css`, (_request, reply) =>
    reply
      .headers({ 'content-type': 'text/css; charset=utf-8', 'cache-control': cacheControl })
      .send(styleSheet + ownStyle),
  );
  app.get(`${path}/mark`, (_request, reply) =>
    reply
      .headers({
        'content-type': logo.type,
        'cache-control': cacheControl,
        // Somebody may open the logo's URL by itself. An SVG must not run a script in that case.
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      })
      .send(logo.content),
  );
}

/** The links in a page's head to the theme below `path`. */
export const themeLinks = (path: string): Html =>
  html`<link rel="icon" href="${path}/mark"><link rel="stylesheet" href="${path}/style.css">`;
