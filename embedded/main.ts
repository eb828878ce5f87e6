/**
 * `npm start`: runs everything in one process. It simulates each legacy system that the environment doesn't name.
 * `--library large` fills the simulators with a made-up library. With real systems and PostgreSQL, `WORKERS` is the
 * number of processes behind one port.
 */

import { readGatewayConfig } from '../gateway/config.ts';
import { messageOf } from '../platform/lifecycle/message-of.ts';
import { joinWorkers, leaveWorkers } from '../platform/lifecycle/workers/worker.ts';
import { readBehindConfig } from '../subgraphs/runtime/start.ts';
import { superviseIfSeveral } from './several-workers.ts';

const worker = joinWorkers(process.env);
try {
  const config = readGatewayConfig(process.env);
  const behind = readBehindConfig(process.env, worker);
  if (worker !== null || !(await superviseIfSeveral(config, behind, process.env))) {
    // The modules are imported only here, because the primary process of several workers needs none of them.
    const { start } = await import('./start.ts');
    await start(config, behind, process.env, process.argv.slice(2));
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
  leaveWorkers();
}
