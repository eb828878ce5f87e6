/**
 * Simulators of the legacy systems: PRS (patrons), CMS (cards) and CIRC (circulation), which share their data. Added
 * systems (`added-systems.ts`) have simulators, too. Each simulator speaks its vendor's SOAP on its own port, with the
 * vendor's peculiarities. `createPrs`, `createCms` and `createCirc` list these peculiarities. `npm start`, demonstrations
 * and tests use the simulators. The simulators can inject faults (`faults/schema.ts`).
 *
 * The simulators share no code with the adapters. Otherwise the same mistake could be on both sides, and stay hidden.
 */
import { bySystem, type CoreSystemId, coreSystems, systemOf } from '../platform/systems.ts';
import { type Credentials, defaultLogin, findAddedSimulators } from './added-systems.ts';
import { createCirc } from './circ/circ.ts';
import { createCms } from './cms/cms.ts';
import { createPrs } from './prs/prs.ts';
import { readSeed, type Seed } from './seed.ts';
import { HttpSimulator, type Simulator } from './server.ts';
import type { SimulatedSystem } from './simulated-system.ts';
import { SteppedClock } from './stepped-clock.ts';
import { createStore, type Store } from './tables/store.ts';

export type { Credentials } from './added-systems.ts';
export type { FaultStatus } from './faults/faults.ts';
export { FAULT_KINDS, type FailureRequest, type FaultKind, type FaultRequest } from './faults/schema.ts';
export { parseSeed, readSeed, type Seed } from './seed.ts';
export { type Simulator, UNREADABLE } from './server.ts';

export type SystemName = CoreSystemId;

/** The user names and passwords for CMS's security header and CIRC's `Login`. PRS requires none. */
export type SimulatorCredentials = Readonly<Record<'cms' | 'circ', Credentials>>;

/** The default user names and passwords. They protect only made-up people. */
export const DEFAULT_CREDENTIALS: SimulatorCredentials = {
  cms: systemOf('cms').security.simulated,
  circ: systemOf('circ').security.simulated,
};

/** CIRC's drop time. */
const DEFAULT_DROP_AFTER_MS = 30_000;

export interface SimulatorOptions {
  /** The data at the start. Default: `seed.json`. `parseSeed` makes a seed from parsed JSON. */
  readonly seed?: Seed;
  /** Tables to use instead of a seed. Tests use them to read the data, or to change it as library desks do. */
  readonly store?: Store;
  /** The ports. Default: 0, which means any free port. If a port is in use, the simulator gets a free one instead. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  /** The systems to start. The others stay off until their `start()` is called. Default: all. */
  readonly systems?: readonly string[];
  /**
   * The clock for sessions, the age of a security header, PIN locks, due days and time stamps. Each system may be ahead
   * of it or behind (`clockOffsetMs`). Default: the real time.
   */
  readonly clock?: () => Date;
  /** The logins by the id of the system. Default: the logins in `platform/systems.ts`. */
  readonly credentials?: Readonly<Record<string, Credentials>>;
  /**
   * Delay in ms before a request is applied, in every system. Default: 0. The delay can be changed later for each running
   * simulator.
   */
  readonly latencyMs?: number;
  /** CIRC's drop time in ms, by `clock`. Default: 30 s. */
  readonly dropAfterMs?: number;
  /** The HTTP status of CMS's Sender faults. Default: 400. */
  readonly cmsSenderFaultStatus?: 400 | 500;
}

/** The simulators. Disposing of them stops them all. */
export interface RunningSimulators extends Readonly<Record<SystemName, Simulator>>, AsyncDisposable {
  readonly all: ReadonlyMap<string, Simulator>;
}

/**
 * Starts the simulators, each on its own port. If a WSDL can't be read or a port can't be opened, the promise rejects,
 * and no port stays open.
 */
export async function startSimulators(options: SimulatorOptions = {}): Promise<RunningSimulators> {
  const { ports = {}, host = '127.0.0.1', latencyMs = 0 } = options;
  const ownClock = () => new SteppedClock(options.clock ?? (() => new Date()));
  const serve = (id: string, clock: SteppedClock, simulated: SimulatedSystem) =>
    new HttpSimulator(simulated, { host, port: ports[id] ?? 0, latencyMs, clock });
  const clocks = bySystem(ownClock);
  const store = options.store ?? createStore(options.seed ?? readSeed());
  const simulated = createSystems(store, clocks, options);
  const core = bySystem(({ id }) => serve(id, clocks[id], simulated[id]));
  const others = (await findAddedSimulators()).map(({ entry, create }) => {
    const clock = ownClock();
    const login = options.credentials?.[entry.id] ?? defaultLogin(entry);
    return [entry.id, serve(entry.id, clock, create(clock.now, login, store))] as const;
  });
  const all = new Map<string, HttpSimulator>([
    ...coreSystems.map(({ id }) => [id, core[id]] as const),
    ...others,
  ]);
  const stop = async () => {
    await Promise.all([...all.values()].map((system) => system.stop()));
  };
  try {
    const isWanted = (id: string) => options.systems?.includes(id) ?? true;
    await Promise.all([...all].filter(([id]) => isWanted(id)).map(([, system]) => system.startAnywhere()));
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...core, all, [Symbol.asyncDispose]: stop };
}

function createSystems(
  store: Store,
  clocks: Readonly<Record<SystemName, SteppedClock>>,
  options: SimulatorOptions,
): Record<SystemName, SimulatedSystem> {
  const credentials = { ...DEFAULT_CREDENTIALS, ...options.credentials };
  return {
    prs: createPrs(store.prs, clocks.prs.now),
    cms: createCms(store.cms, clocks.cms.now, {
      credentials: credentials.cms,
      senderFaultStatus: options.cmsSenderFaultStatus ?? 400,
    }),
    circ: createCirc(store.circ, clocks.circ.now, {
      credentials: credentials.circ,
      dropAfterMs: options.dropAfterMs ?? DEFAULT_DROP_AFTER_MS,
    }),
  };
}
