import { createCirc } from './circ/circ.ts';
import { createCms } from './cms/cms.ts';
import { createPrs } from './prs/prs.ts';
import { readSeed, type Seed } from './seed.ts';
import { type LegacySystem, ServedSystem } from './server.ts';
import { createStore, type Store } from './store.ts';
import type { Vendor } from './vendor.ts';

export type { FaultStatus } from './faults/faults.ts';
export { FAULT_KINDS, type FailureRequest, type FaultKind, type FaultRequest } from './faults/schema.ts';
export { parseSeed, readSeed, type Seed } from './seed.ts';
export { type LegacySystem, UNREADABLE } from './server.ts';

export type SystemName = 'prs' | 'cms' | 'circ';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Of CMS's security header and of CIRC's `Login`; PRS asks for none. */
export interface LegacyCredentials {
  readonly cms: Credentials;
  readonly circ: Credentials;
}

/** What the stand-ins take unless told otherwise. They guard made-up people only. */
export const DEFAULT_CREDENTIALS: LegacyCredentials = {
  cms: { user: 'patron-graph', password: 'cms-secret' },
  circ: { user: 'PGRAPH', password: 'circ-secret' },
};

/** Ten minutes idle end a session of CIRC (contracts' README, CIRC). */
const DEFAULT_SESSION_IDLE_MS = 10 * 60_000;

/** What CIRC has not applied 30 seconds after its arrival, it never applies (contracts' README, CIRC). */
const DEFAULT_DROP_AFTER_MS = 30_000;

export interface SimulatorOptions {
  /** Default: `seed.json`. `parseSeed` makes one of parsed JSON. */
  readonly seed?: Seed;
  /** In place of a seed: the tables themselves, for who looks into them, or writes in them as counters do. */
  readonly store?: Store;
  /** Default 0: any free one. One that is taken gives way to a free one. */
  readonly ports?: Partial<Record<SystemName, number>>;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Which to start; the others are not there until their `start()`. Default: all. */
  readonly systems?: readonly SystemName[];
  /** Default: the real one. Sessions, security window, PIN locks, due days and stamps go by it. */
  readonly clock?: () => Date;
  /** Default: `DEFAULT_CREDENTIALS`. */
  readonly credentials?: Partial<LegacyCredentials>;
  /** Before each request is applied, of every system. Default 0; also set on each system while it runs. */
  readonly latencyMs?: number;
  /** CIRC's; default ten minutes. */
  readonly sessionIdleMs?: number;
  /** CIRC's, by `clock`; default 30 s. */
  readonly dropAfterMs?: number;
  /** The HTTP status of CMS's Sender faults; default 400. */
  readonly cmsSenderFaultStatus?: 400 | 500;
}

/** The three legacy systems' stand-ins; disposing of them switches all off. */
export interface Legacy extends AsyncDisposable {
  readonly prs: LegacySystem;
  readonly cms: LegacySystem;
  readonly circ: LegacySystem;
}

/**
 * Starts the stand-ins, each on a port of its own with tables of its own. Rejects where a WSDL can't be read or a
 * socket can't be opened; nothing is left open then.
 */
export async function startSimulators(options: SimulatorOptions = {}): Promise<Legacy> {
  const { systems = ['prs', 'cms', 'circ'], ports = {}, host = '127.0.0.1', latencyMs = 0 } = options;
  const clock = options.clock ?? (() => new Date());
  const vendors = createVendors(options.store ?? createStore(options.seed ?? readSeed()), clock, options);
  const served = (name: SystemName) =>
    new ServedSystem(vendors[name], { host, port: ports[name] ?? 0, latencyMs, clock });
  const started = { prs: served('prs'), cms: served('cms'), circ: served('circ') };
  const stop = async () => {
    await Promise.all(Object.values(started).map((system) => system.stop()));
  };
  try {
    await Promise.all(systems.map((name) => started[name].startAnywhere()));
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...started, [Symbol.asyncDispose]: stop };
}

function createVendors(
  store: Store,
  clock: () => Date,
  options: SimulatorOptions,
): Record<SystemName, Vendor> {
  const credentials = { ...DEFAULT_CREDENTIALS, ...options.credentials };
  return {
    prs: createPrs(store.prs, clock),
    cms: createCms(store.cms, clock, {
      credentials: credentials.cms,
      senderFaultStatus: options.cmsSenderFaultStatus ?? 400,
    }),
    circ: createCirc(store.circ, clock, {
      credentials: credentials.circ,
      sessionIdleMs: options.sessionIdleMs ?? DEFAULT_SESSION_IDLE_MS,
      dropAfterMs: options.dropAfterMs ?? DEFAULT_DROP_AFTER_MS,
    }),
  };
}
