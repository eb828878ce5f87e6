import { describe } from 'vitest';
import type { UpstreamSystem } from '../../adapters/soap/port.ts';
import { readSeed, type Seed } from '../../simulators/index.ts';
import { createMemoryCirculation } from '../support/memory/circulation.ts';
import { createMemoryCards } from '../support/memory/credentials.ts';
import { FaultyConnection } from '../support/memory/faulty-connection.ts';
import { createMemoryPatrons } from '../support/memory/patrons.ts';
import { circulationChangesContract } from './circulation/changes.contract.ts';
import { circulationContract } from './circulation/reads.contract.ts';
import { cardChangesContract } from './credentials/changes.contract.ts';
import { cardManagementContract } from './credentials/reads.contract.ts';
import { amendPatronContract } from './patrons/amend-patron.contract.ts';
import { patronChangesContract } from './patrons/changes.contract.ts';
import { patronRegistryContract } from './patrons/reads.contract.ts';
import { beginning, type Opening } from './port-under-test.ts';

/** Opens an in-memory implementation of a port. */
function over<Port>(
  system: UpstreamSystem,
  create: (seed: Seed, clock: () => Date, connection: FaultyConnection) => Port,
): Opening<Port> {
  return async () => {
    let passedMs = 0;
    const connection = new FaultyConnection(system);
    return {
      port: create(readSeed(), () => new Date(beginning.getTime() + passedMs), connection),
      async stop() {
        connection.isUp = false;
      },
      async start() {
        connection.isUp = true;
      },
      befall(mishap) {
        connection.mishap = mishap;
      },
      pass(ms) {
        passedMs += ms;
      },
      async [Symbol.asyncDispose]() {},
    };
  };
}

const patrons = over('patron registry', createMemoryPatrons);
const cards = over('card management', createMemoryCards);
const circulation = over('circulation', createMemoryCirculation);

describe('patron registry in memory', () => {
  patronRegistryContract(patrons);
  patronChangesContract(patrons);
  describe('amendPatron', () => amendPatronContract(patrons));
});
describe('card management in memory', () => {
  cardManagementContract(cards);
  cardChangesContract(cards);
});
describe('circulation in memory', () => {
  circulationContract(circulation);
  circulationChangesContract(circulation);
});
