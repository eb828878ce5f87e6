/** `npm run start:sip2`: SIP2 for self-service stations and e-book services, on top of the graph. */
import { runEdge } from '../server/run-edge.ts';
import { messageTimeoutMs } from './bounds.ts';
import { readSip2Config, sip2Variables } from './config.ts';
import { startSip2 } from './start.ts';

await runEdge(process.env, {
  service: 'patron-graph-sip2',
  readConfig: readSip2Config,
  variables: sip2Variables,
  start: startSip2,
  requestTimeoutMs: messageTimeoutMs,
  describeAddress: ({ port }, { host }) => `SIP2 at ${host}:${port}`,
});
