/** `npm run start:sign-in`: an OpenID provider for readers, over the graph. */
import { beginLog } from '../../adapters/lifecycle/log.ts';
import { stopOnSignal } from '../../adapters/lifecycle/stop-on-signal.ts';
import { readSignInConfig, signInVariables } from './config.ts';
import { requestTimeoutMs } from './http/create-app.ts';
import { startSignIn } from './start.ts';

try {
  const config = readSignInConfig(process.env);
  const { log } = beginLog(config.logLevel, process.env, signInVariables);
  const server = await startSignIn(config, log);
  stopOnSignal({
    delayMs: config.shutdownDelayMs,
    requestTimeoutMs,
    announce: server.announceStop,
    close: async () => server[Symbol.asyncDispose](),
    log,
  });
  process.stdout.write(`sign-in at ${server.issuer.href}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
