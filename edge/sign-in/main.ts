/** `npm run start:sign-in`: an OpenID provider for readers, which gets its data from the graph. */
import { runEdge } from '../server/run-edge.ts';
import { readSignInConfig, signInVariables } from './config.ts';
import { requestTimeoutMs } from './http/create-app.ts';
import { startSignIn } from './start.ts';

await runEdge(process.env, {
  service: 'patron-graph-sign-in',
  readConfig: readSignInConfig,
  variables: signInVariables,
  start: startSignIn,
  requestTimeoutMs,
  describeAddress: ({ issuer }) => `sign-in at ${issuer.href}`,
});
