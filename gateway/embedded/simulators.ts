import { readConfig } from '../../simulators/config.ts';
import { readSeed, type SystemName, startSimulators } from '../../simulators/index.ts';
import { type LegacyConfig, readLegacyLimits } from '../../subgraphs/runtime/config.ts';

/** The simulators that were started, as the environment would have named real systems; null for the others. */
export interface Simulators extends LegacyConfig, AsyncDisposable {
  /** By name, where each is. */
  readonly urls: ReadonlyMap<string, string>;
}

const names = {
  prs: 'patron registry',
  cms: 'card management',
  circ: 'circulation',
} as const satisfies Record<SystemName, string>;

/** Starts the simulators that are wanted, on loopback: the ports of the WSDLs, or free ones where those are taken. */
export async function openSimulators(
  env: NodeJS.ProcessEnv,
  wanted: Readonly<Record<SystemName, boolean>>,
): Promise<Simulators> {
  const config = readConfig(env);
  const limits = readLegacyLimits(env);
  const systems = (Object.keys(names) as SystemName[]).filter((system) => wanted[system]);
  const credentials = {
    cms: { user: config.CMS_USER, password: config.CMS_PASSWORD },
    circ: { user: config.CIRC_USER, password: config.CIRC_PASSWORD },
  };
  const legacy = await startSimulators({
    systems,
    ports: { prs: config.PRS_PORT, cms: config.CMS_PORT, circ: config.CIRC_PORT },
    credentials,
    dropAfterMs: config.CIRC_DROP_AFTER_MS,
    ...(config.LEGACY_SEED !== '' && { seed: readSeed(config.LEGACY_SEED) }),
  });
  return {
    prs: wanted.prs ? { url: new URL(legacy.prs.url), limits: limits.PRS } : null,
    cms: wanted.cms ? { url: new URL(legacy.cms.url), limits: limits.CMS, ...credentials.cms } : null,
    circ: wanted.circ ? { url: new URL(legacy.circ.url), limits: limits.CIRC, ...credentials.circ } : null,
    urls: new Map(systems.map((system) => [names[system], legacy[system].url])),
    [Symbol.asyncDispose]: () => legacy[Symbol.asyncDispose](),
  };
}
