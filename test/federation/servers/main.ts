/**
 * `node test/federation/servers/main.ts`: starts three subgraphs on third-party servers, which know nothing of this
 * gateway. The next command serves them as one graph:
 *
 *     npm run gateway -- --config test/federation/servers/gateway.config.ts --compose
 */
import type { AddressInfo, Server } from 'node:net';
import { createProducts } from './products.ts';
import { createReviews } from './reviews.ts';
import { createStock } from './stock.ts';

/** With `PORT=0` free ports are taken. */
const firstPort = Number(process.env.PORT ?? 4101);
const portOf = (index: number) => (firstPort === 0 ? 0 : firstPort + index);

const listen = (server: Server, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`),
    );
  });

const [products, reviews, stock] = await Promise.all([
  listen(createProducts(), portOf(0)),
  createReviews()
    .listen({ host: '127.0.0.1', port: portOf(1) })
    .then((origin) => `${origin}/graphql`),
  listen(createStock(), portOf(2)),
]);
process.stdout.write(`${JSON.stringify({ PRODUCTS: products, REVIEWS: reviews, STOCK: stock })}\n`);
