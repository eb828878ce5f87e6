/**
 * `npm run start:partner-sample`: the e-book service alone. `npm start` includes an e-book service. The service must be a
 * client of the sign-in service, which runs in another process. If a graph's address and a token of this client are
 * configured, the service also follows the standing of its readers.
 */
import { startPartnerSample } from './start.ts';

const {
  PORT = '4006',
  PARTNER_SAMPLE_ISSUER = 'http://127.0.0.1:4004/sign-in',
  PARTNER_SAMPLE_CLIENT_ID = 'demonstration-ebook-sample',
  PARTNER_SAMPLE_CLIENT_SECRET = 'demonstration-demonstration-demonstration',
  PARTNER_SAMPLE_GRAPH_URL: graphUrl,
  PARTNER_SAMPLE_GRAPH_TOKEN = '',
} = process.env;

try {
  const { url } = await startPartnerSample({
    port: Number(PORT),
    issuer: new URL(PARTNER_SAMPLE_ISSUER),
    clientId: PARTNER_SAMPLE_CLIENT_ID,
    clientSecret: PARTNER_SAMPLE_CLIENT_SECRET,
    graph: graphUrl === undefined ? null : { url: graphUrl, token: async () => PARTNER_SAMPLE_GRAPH_TOKEN },
  });
  process.stdout.write(
    `The e-book service is at ${url.href}, and readers sign in at ${PARTNER_SAMPLE_ISSUER}\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
