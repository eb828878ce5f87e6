import { describe } from 'vitest';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { DEFAULT_CREDENTIALS, type LegacySystem, type SystemName, startLegacy } from '../legacy/index.ts';
import { circulationContract } from './circulation.contract.ts';
import { cardManagementContract } from './credentials.contract.ts';
import { patronRegistryContract } from './patrons.contract.ts';
import type { Opening } from './subject.ts';

/** The SOAP adapters, each against its stand-in. */
function over<Port extends AsyncDisposable>(
  name: SystemName,
  create: (url: string) => Promise<Port>,
): Opening<Port> {
  return async () => {
    await using resources = new AsyncDisposableStack();
    const legacy = resources.use(await startLegacy({ systems: [name] }));
    const system: LegacySystem = legacy[name];
    const port = resources.use(await create(system.url));
    const open = resources.move();
    return {
      port,
      stop: () => system.stop(),
      start: () => system.start(),
      [Symbol.asyncDispose]: () => open.disposeAsync(),
    };
  };
}

const limits = { deadlineMs: 2_000, retryDelayMs: 10 };
const { cms, circ } = DEFAULT_CREDENTIALS;

describe('patron registry over SOAP', () => {
  patronRegistryContract(over('prs', (url) => createPatronRegistry({ url, limits })));
});
describe('card management over SOAP', () => {
  cardManagementContract(over('cms', (url) => createCardManagement({ url, ...cms, limits })));
});
describe('circulation over SOAP', () => {
  circulationContract(over('circ', (url) => createCirculation({ url, ...circ, limits })));
});
