/**
 * `npm run dev`: runs everything for development, and restarts it on changes.
 *
 * The simulators run in this process and are never restarted, so that their loans and cards survive. The gateway and
 * the subgraphs run in a child process under `node --watch`, and use the simulators' URLs. The child process ends
 * gracefully and starts again when a source file or an SDL changes. DATA_DIR keeps the data that a restart must not
 * lose: the journal of operations, and the development issuer's key, so that tokens stay valid.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../platform/lifecycle/message-of.ts';
import { systems } from '../platform/systems.ts';
import { simulatedBranchesFile } from '../simulators/branches.ts';
import { parseLibraryOption } from '../simulators/library/option.ts';
import { environmentOf } from '../subgraphs/runtime/environment/legacy-systems.ts';
import { openSimulators, type Simulators } from './simulators.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/**
 * The folders of files that the child process runs or reads. A change in one of these folders restarts the child
 * process. Pages are not built again: run `npm run build` for that.
 */
const watchedFolders = [
  'adapters',
  'apps/partner',
  'edge',
  'embedded',
  'gateway',
  'platform',
  'schema',
  'store',
  'subgraphs',
  'telemetry',
];

/** The variables with the URLs and logins of legacy systems, set to the simulators. */
const variablesOf = ({ settings }: Simulators): NodeJS.ProcessEnv => ({
  ...Object.assign(
    {},
    ...systems.map((entry) => {
      const simulator = settings.get(entry.id);
      return simulator === undefined ? {} : environmentOf(entry, simulator);
    }),
  ),
  // The child process sees only URLs, like those of real systems. Without these variables, it would refuse the
  // development issuer, and use the longer times for real systems.
  ALLOW_DEVELOPMENT_ISSUER: '1',
  ALLOW_SIMULATOR_TIMES: '1',
});

try {
  if (process.env.NODE_ENV === 'production') {
    throw new Error('NODE_ENV is production, and `npm run dev` is for development only.');
  }
  const librarySize = parseLibraryOption(process.argv.slice(2));
  await using simulators = await openSimulators(process.env, systems, librarySize);
  for (const [system, url] of simulators.urls) {
    process.stdout.write(`Simulator   ${url} (${system})\n`);
  }
  const watch = watchedFolders.map((folder) => `--watch-path=${folder}`);
  const child = spawn(process.execPath, ['--watch', ...watch, 'embedded/main.ts'], {
    cwd: root,
    env: { BRANCHES_FILE: simulatedBranchesFile, ...process.env, ...variablesOf(simulators) },
    stdio: ['ignore', 'inherit', 'inherit'],
    // The child gets its own process group. Otherwise Ctrl-C would reach it twice, and the second signal would end it
    // at once.
    detached: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => child.kill('SIGTERM'));
  }
  await once(child, 'exit');
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
