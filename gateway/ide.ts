import type { FastifyInstance } from 'fastify';

const defaultQuery = `# The patron who is signed in, with every card and the one quota that the cards share.
# Under "Headers": { "authorization": "Bearer TOKEN" }. \`npm run --silent token -- --patron P0000001\` prints one.
query Me {
  me {
    name { english chinese }
    status
    libraryCardNumber
    credentials { libraryCardNumber status }
    loanQuota { limit used remaining }
    loans(first: 10) { edges { node { item { title } dueOn overdue } } }
  }
}
`;

/** Only what this server sends, and what stands in the page itself. */
const contentSecurityPolicy =
  "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:; frame-ancestors 'none'";

/** GraphiQL at `/graphiql`, whole in one page of nine megabytes: nothing is fetched from elsewhere. */
export function addIde(app: FastifyInstance): void {
  let page: Promise<Buffer> | undefined;
  app.get('/graphiql', async (_request, reply) => {
    page ??= renderPage();
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'private, max-age=3600')
      .header('content-security-policy', contentSecurityPolicy)
      .send(await page);
  });
}

/** Loaded when first asked for: nobody waits for it at start. */
async function renderPage(): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  return Buffer.from(renderGraphiQL({ title: 'patron-graph', endpoint: '/graphql', defaultQuery }));
}
