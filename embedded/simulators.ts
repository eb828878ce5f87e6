import { readConfig } from '../simulators/config.ts';
import { type SystemName, startSimulators } from '../simulators/index.ts';
import { startData } from '../simulators/library/option.ts';
import { type LegacyConfig, type LegacySystem, readLegacyLimits } from '../subgraphs/runtime/config.ts';
import type { LegacyLimits } from '../subgraphs/runtime/environment/legacy-limits.ts';

/**
 * The simulators that were started, in the form in which the environment names real systems. The other systems are
 * null.
 */
export interface Simulators extends LegacyConfig, AsyncDisposable {
  /** The URL of each simulator, by the system's name. */
  readonly urls: ReadonlyMap<string, string>;
}

const displayNames = {
  prs: 'patron registry',
  cms: 'card management',
  circ: 'circulation',
} as const satisfies Record<SystemName, string>;

/**
 * Starts simulators on loopback. They use the ports of the WSDLs, or free ports if these are in use. `librarySize` is
 * the number of patrons of a made-up library. If it is null, the environment names the data.
 */
export async function openSimulators(
  env: NodeJS.ProcessEnv,
  simulated: Readonly<Record<SystemName, boolean>>,
  librarySize: number | null,
): Promise<Simulators> {
  const config = readConfig(env);
  const limits = readLegacyLimits(env);
  const systems = (Object.keys(displayNames) as SystemName[]).filter((system) => simulated[system]);
  const credentials = {
    cms: { user: config.CMS_USER, password: config.CMS_PASSWORD },
    circ: { user: config.CIRC_USER, password: config.CIRC_PASSWORD },
  };
  const running = await startSimulators({
    systems,
    ports: { prs: config.PRS_PORT, cms: config.CMS_PORT, circ: config.CIRC_PORT },
    credentials,
    dropAfterMs: config.CIRC_DROP_AFTER_MS,
    seed: startData(librarySize, config.LEGACY_SEED),
  });
  const reach = (system: SystemName, limits: LegacyLimits): LegacySystem => ({
    url: new URL(running[system].url),
    limits,
    tls: null,
  });
  return {
    prs: simulated.prs ? reach('prs', limits.PRS) : null,
    cms: simulated.cms ? { ...reach('cms', limits.CMS), ...credentials.cms } : null,
    circ: simulated.circ ? { ...reach('circ', limits.CIRC), ...credentials.circ } : null,
    urls: new Map(systems.map((system) => [displayNames[system], running[system].url])),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}
