import type { SystemEntry } from '../platform/systems.ts';
import { simulatedBranchesFile } from '../simulators/branches.ts';
import { readConfig } from '../simulators/config.ts';
import { startSimulators } from '../simulators/index.ts';
import { startData } from '../simulators/library/option.ts';
import { payHost } from '../simulators/rps/wire/orders.ts';
import type { Seed } from '../simulators/seed.ts';
import {
  type LegacyLogin,
  type LegacySystem,
  readLegacyLimits,
} from '../subgraphs/runtime/environment/legacy-systems.ts';

export interface Simulators extends AsyncDisposable {
  /** The settings of each simulator, by the system's id. A real system has the same settings in the environment. */
  readonly settings: ReadonlyMap<string, LegacySystem | LegacyLogin>;
  /** The URL of each simulator, by the system's name. */
  readonly urls: ReadonlyMap<string, string>;
  /** The number of a patron in the simulators' data, for the example that is printed at the start. */
  readonly examplePatron: string;
  /** The file that lists the branches of the data. Null if no simulator was started. */
  readonly branchesFile: string | null;
  /** The hosts of the pages on which people pay by card or wallet. None if no payment system was started. */
  readonly payHosts: readonly string[];
}

/**
 * Starts the simulators of `simulated` on loopback. They use the ports in `platform/systems.ts`, or free ports if these
 * are in use. `librarySize` is the number of patrons of a made-up library. If it is null, the environment says which
 * data the simulators have.
 */
export async function openSimulators(
  env: NodeJS.ProcessEnv,
  simulated: readonly SystemEntry[],
  librarySize: number | null,
): Promise<Simulators> {
  // PORT is the gateway's port. If it is 0, all servers get free ports.
  const own = { ...env, PORT: env.PORT === '0' ? env.PORT : undefined };
  const { seedFile, ports, credentials, dropAfterMs } = readConfig(own);
  const limits = readLegacyLimits(env);
  const seed = startData(librarySize, seedFile);
  const running = await startSimulators({
    systems: simulated.map(({ id }) => id),
    ports,
    credentials,
    dropAfterMs,
    seed,
  });
  const urlOf = (id: string): string => running.all.get(id)?.url ?? '';
  return {
    settings: new Map(
      simulated.map(({ id }) => [
        id,
        { url: new URL(urlOf(id)), limits: limits.get(id) ?? {}, tls: null, ...credentials[id] },
      ]),
    ),
    examplePatron: exampleIn(seed),
    branchesFile: simulatedBranchesFile,
    payHosts: simulated.some(({ id }) => id === 'rps') ? [payHost] : [],
    urls: new Map(simulated.map(({ id, name }) => [name, urlOf(id)])),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/**
 * The patron of the printed example: the first patron of the demonstration, whom the guides name. If the data don't
 * contain this patron, the example has the first patron who may borrow.
 */
const demonstrationPatron = 'P0000001';

function exampleIn({ patrons, cards }: Seed): string {
  const borrowers = new Set(cards.filter(({ status }) => status === 'ACT').map(({ patronNo }) => patronNo));
  const found =
    patrons.find(({ patronNo }) => patronNo === demonstrationPatron) ??
    patrons.find(({ patronNo, status }) => status === 'A' && borrowers.has(patronNo));
  return found?.patronNo ?? demonstrationPatron;
}
