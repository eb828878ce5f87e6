import type { FastifyInstance } from 'fastify';
import { type Html, html } from '../server/html.ts';
import type { Theme } from '../theme/theme.ts';

const fileName = 'manifest.webmanifest';

/**
 * Serves the manifest with which a phone installs the page at `path` (W3C, Web Application Manifest). The manifest
 * contains the library's logo, its colours and its name. The name is Chinese if Chinese is the browser's first
 * language. For all other languages, it is English.
 */
export function serveManifest(
  app: FastifyInstance,
  path: string,
  { name, logo, light }: Theme,
  logoPath: string,
): void {
  app.get(`${path}/${fileName}`, ({ headers }, reply) => {
    const language = /^zh\b/i.test(headers['accept-language'] ?? '') ? 'zh-Hant' : 'en';
    return reply.type('application/manifest+json').send(
      JSON.stringify({
        name: name[language],
        short_name: name[language],
        lang: language,
        start_url: `${path}/`,
        scope: `${path}/`,
        display: 'standalone',
        theme_color: light.raised,
        background_color: light.page,
        icons: [{ src: logoPath, type: logo.type, sizes: 'any' }],
      }),
    );
  });
}

export const manifestLink = (path: string): Html => html`<link rel="manifest" href="${path}/${fileName}">`;
