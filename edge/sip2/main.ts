/** `npm run start:sip2`: SIP2 for self-service stations and e-book services, over the graph. */
import { beginLog } from '../../adapters/lifecycle/log.ts';
import { stopOnSignal } from '../../adapters/lifecycle/stop-on-signal.ts';
import { readSip2Config, sip2Variables } from './config.ts';
import { startSip2 } from './start.ts';

/** A message is answered within 2.5 s. */
const messageTimeoutMs = 2_500;

try {
  const config = readSip2Config(process.env);
  const { log } = beginLog(config.logLevel, process.env, sip2Variables);
  const server = await startSip2(config, log);
  stopOnSignal({
    delayMs: config.shutdownDelayMs,
    requestTimeoutMs: messageTimeoutMs,
    announce: () => undefined,
    close: async () => server[Symbol.asyncDispose](),
    log,
  });
  process.stdout.write(`SIP2 at ${config.host}:${server.port}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
