import { readRevenueSeed } from '../../../../simulators/rps/ledger/seed.ts';
import { createSystem } from '../../../../simulators/rps/system.ts';
import { readSeed } from '../../../../simulators/seed.ts';
import { HttpSimulator } from '../../../../simulators/server.ts';
import { SteppedClock } from '../../../../simulators/stepped-clock.ts';
import { createStore } from '../../../../simulators/tables/store.ts';
import { account } from '../../peer.ts';

/** Starts the simulated revenue system alone, with the vendor's seed or another one. */
export async function startSimulatedRevenue(
  seed = readRevenueSeed(),
): Promise<{ readonly url: string } & AsyncDisposable> {
  const clock = new SteppedClock(() => new Date());
  const system = createSystem(clock.now, account, createStore(readSeed()), { seed });
  const simulator = new HttpSimulator(system, { host: '127.0.0.1', port: 0, latencyMs: 0, clock });
  await simulator.start();
  return { url: simulator.url, [Symbol.asyncDispose]: () => simulator.stop() };
}
