import type { CreateSystem } from '../added-systems.ts';
import type { SimulatedSystem } from '../simulated-system.ts';
import { carryCharges, chargeOf, type Library, raisedAt } from './circ-charges.ts';
import { type RevenueSeed, readRevenueSeed, seededOrders } from './ledger/seed.ts';
import { createRps } from './rps.ts';

export interface SystemOptions {
  /** Default: `revenue-seed.json`. */
  readonly seed?: RevenueSeed;
}

/** Makes RPS with its seed, and with the charges of circulation. */
export const create: CreateSystem = (now, login, library) => createSystem(now, login, library);

/** Makes RPS with options. @throws Error if there is no login, because RPS requires one. */
export function createSystem(
  now: () => Date,
  credentials: Parameters<CreateSystem>[1],
  library: Library,
  { seed = readRevenueSeed() }: SystemOptions = {},
): SimulatedSystem {
  if (credentials === null) {
    throw new Error('RPS has a login, and none is given.');
  }
  const known = new Set(seed.charges.map(({ chargeNo }) => chargeNo));
  const others = [...library.circ.charges.values()].flatMap((row) => {
    const charge = known.has(row.chargeNo) ? null : chargeOf(row, library);
    return charge === null ? [] : [{ ...charge, raisedAt: raisedAt(row) }];
  });
  const orders = seededOrders(seed, others);
  return createRps({
    machine: now,
    credentials,
    orders,
    carryCharges: carryCharges(library, orders),
  });
}
