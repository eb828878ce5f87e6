import type { FastifyInstance } from 'fastify';

/** What GraphiQL shows first. */
export interface IdeOptions {
  readonly title: string;
  readonly defaultQuery: string;
}

/** The page may load only what this server sends, and run its own inline scripts. No other page may frame it. */
const contentSecurityPolicy =
  "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; frame-ancestors 'none'";

/** Serves GraphiQL at `/graphiql`, as one self-contained page of nine megabytes: it loads nothing from elsewhere. */
export function addGraphiQL(app: FastifyInstance, options: IdeOptions): void {
  let page: Promise<Buffer> | undefined;
  app.get('/graphiql', async (_request, reply) => {
    page ??= renderPage(options);
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'private, max-age=3600')
      .header('content-security-policy', contentSecurityPolicy)
      .send(await page);
  });
}

/** The package is imported at the first request for the page, so that it doesn't slow the start. */
async function renderPage(options: IdeOptions): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  return Buffer.from(renderGraphiQL({ ...options, endpoint: '/graphql' }));
}
