import { describe } from 'vitest';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import {
  DEFAULT_CREDENTIALS,
  type Simulator,
  type SystemName,
  startSimulators,
} from '../../simulators/index.ts';
import { circulationChangesContract } from './circulation/changes.contract.ts';
import { circulationContract } from './circulation/reads.contract.ts';
import { cardChangesContract } from './credentials/changes.contract.ts';
import { cardManagementContract } from './credentials/reads.contract.ts';
import { amendPatronContract } from './patrons/amend-patron.contract.ts';
import { patronChangesContract } from './patrons/changes.contract.ts';
import { patronRegistryContract } from './patrons/reads.contract.ts';
import { beginning, type Opening } from './port-under-test.ts';

/** The simulators' fault for each mishap of the contracts. */
const faultOf = { busy: 'busy', 'request lost': 'reset-before', 'answer lost': 'reset-after' } as const;

/** The operations that change something. Faults are set for these only. */
const writes = {
  prs: ['RegisterPatron', 'AmendPatron'],
  cms: [
    'SubmitApplication',
    'DecideApplication',
    'IssueCard',
    'ReportLoss',
    'ReplaceCard',
    'CloseCard',
    'PrintInformationCard',
    'ChangePin',
    'VerifyPin',
  ],
  circ: [
    'CheckOut',
    'CheckIn',
    'Renew',
    'PlaceHold',
    'CancelHold',
    'RegisterCard',
    'BlockCard',
    'UnblockCard',
  ],
} as const satisfies Record<SystemName, readonly string[]>;

/** Opens a SOAP adapter against its simulator. */
function over<Port extends AsyncDisposable>(
  name: SystemName,
  create: (url: string, now: () => Date) => Port,
): Opening<Port> {
  return async () => {
    await using resources = new AsyncDisposableStack();
    let passedMs = 0;
    const clock = () => new Date(beginning.getTime() + passedMs);
    const legacy = resources.use(await startSimulators({ systems: [name], clock }));
    const system: Simulator = legacy[name];
    const port = resources.use(create(system.url, clock));
    const open = resources.move();
    return {
      port,
      stop: () => system.stop(),
      start: () => system.start(),
      befall(mishap) {
        system.faults.set([{ kind: faultOf[mishap], operations: [...writes[name]], times: 1 }]);
      },
      pass(ms) {
        passedMs += ms;
      },
      [Symbol.asyncDispose]: () => open.disposeAsync(),
    };
  };
}

const limits = { deadlineMs: 2_000, retryDelayMs: 10 };
const { cms, circ } = DEFAULT_CREDENTIALS;
const patrons = over('prs', (url) => createPatronRegistry({ url, limits }));
const cards = over('cms', (url, now) => createCardManagement({ url, ...cms, limits, now }));
const circulation = over('circ', (url) => createCirculation({ url, ...circ, limits }));

describe('patron registry over SOAP', () => {
  patronRegistryContract(patrons);
  patronChangesContract(patrons);
  describe('amendPatron', () => amendPatronContract(patrons));
});
describe('card management over SOAP', () => {
  cardManagementContract(cards);
  cardChangesContract(cards);
});
describe('circulation over SOAP', () => {
  circulationContract(circulation);
  circulationChangesContract(circulation);
});
