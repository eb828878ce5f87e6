/** `npm run start:web`: the pages of staff, readers and stations, on top of the graph. */
import { runEdge } from '../server/run-edge.ts';
import { readWebConfig, webVariables } from './config.ts';
import { requestTimeoutMs } from './server.ts';
import { startWeb } from './start.ts';

await runEdge(process.env, {
  service: 'patron-graph-web',
  readConfig: readWebConfig,
  variables: webVariables,
  start: startWeb,
  requestTimeoutMs,
  describeAddress: ({ origin }) => `pages at ${origin.href}`,
});
