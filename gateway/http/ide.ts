import type { FastifyInstance } from 'fastify';

/** What GraphiQL shows at first. */
export interface IdeOptions {
  readonly title: string;
  readonly defaultQuery: string;
}

/** Only what this server sends, and what stands in the page itself. */
const contentSecurityPolicy =
  "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; frame-ancestors 'none'";

/** GraphiQL at `/graphiql`, whole in one page of nine megabytes: nothing is fetched from elsewhere. */
export function addIde(app: FastifyInstance, options: IdeOptions): void {
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

/** Loaded when first asked for: nobody waits for it at start. */
async function renderPage(options: IdeOptions): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  return Buffer.from(renderGraphiQL({ ...options, endpoint: '/graphql' }));
}
