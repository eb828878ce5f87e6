/**
 * `npm run dev`: everything in development, restarted on change.
 *
 * The simulators run in this process and are never restarted, so that their loans and cards survive. The gateway and the
 * subgraphs run in a child process under `node --watch`, over the simulators' URLs. It ends gracefully and starts again
 * when a source file or an SDL changes. What a restart must not lose is in DATA_DIR: the journal of operations, and the
 * development issuer's key, so that tokens stay valid.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../platform/lifecycle/message-of.ts';
import { simulatedBranchesFile } from '../simulators/branches.ts';
import { parseLibraryOption } from '../simulators/library/option.ts';
import { openSimulators, type Simulators } from './simulators.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/**
 * The folders of what the child process runs and reads; a change below one of them restarts it. Pages are not built again:
 * `npm run build` does that.
 */
const watchedFolders = [
  'adapters',
  'apps/partner',
  'edge',
  'gateway',
  'platform',
  'schema',
  'store',
  'subgraphs',
  'telemetry',
];

/** The variables by which an operator names real systems, set to the simulators. */
const environmentOf = ({ prs, cms, circ }: Simulators): NodeJS.ProcessEnv => ({
  PRS_URL: prs?.url.href,
  CMS_URL: cms?.url.href,
  CMS_USER: cms?.user,
  CMS_PASSWORD: cms?.password,
  CIRC_URL: circ?.url.href,
  CIRC_USER: circ?.user,
  CIRC_PASSWORD: circ?.password,
  // What `npm start` does itself, where it has started all simulators.
  ALLOW_DEVELOPMENT_ISSUER: '1',
  ALLOW_SIMULATOR_TIMES: '1',
});

try {
  if (process.env.NODE_ENV === 'production') {
    throw new Error('NODE_ENV is production, and `npm run dev` is for development only.');
  }
  const all = { prs: true, cms: true, circ: true };
  await using simulators = await openSimulators(process.env, all, parseLibraryOption(process.argv.slice(2)));
  for (const [system, url] of simulators.urls) {
    process.stdout.write(`Simulator   ${url} (${system})\n`);
  }
  const watch = watchedFolders.map((folder) => `--watch-path=${folder}`);
  const child = spawn(process.execPath, ['--watch', ...watch, 'embedded/main.ts'], {
    cwd: root,
    env: { BRANCHES_FILE: simulatedBranchesFile, ...process.env, ...environmentOf(simulators) },
    stdio: ['ignore', 'inherit', 'inherit'],
    // A process group of its own: Ctrl-C would otherwise reach the child twice, and the second signal cuts it short.
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
