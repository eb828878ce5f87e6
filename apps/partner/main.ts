/**
 * Starts the e-book service alone: `npm run start:partner-sample`. It needs a sign-in service in another process, with
 * `demonstrationClient` among its clients. It doesn't follow the standing of readers, because that needs a token for
 * the graph.
 */
import { demonstrationClient, startPartnerSample } from './start.ts';

const { PORT = '4006', SIGN_IN_URL = 'http://127.0.0.1:4004/sign-in' } = process.env;

try {
  const { url } = await startPartnerSample({
    port: Number(PORT),
    issuer: new URL(SIGN_IN_URL),
    ...demonstrationClient,
    graph: null,
  });
  process.stdout.write(`The e-book service is at ${url.href}, and readers sign in at ${SIGN_IN_URL}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
