/** The turns of a patron's standing: in all three systems, and while desks and stations act at the same moment. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Circulation } from '../../../../adapters/circulation/port.ts';
import type { PatronRegistry } from '../../../../adapters/patrons/port.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import type { Operation } from '../../../../store/journal/port.ts';
import { KeptCardEvents } from '../../../../subgraphs/circulation/books/card-events.ts';
import { checkOut } from '../../../../subgraphs/circulation/lending/check-out.ts';
import { placeHold } from '../../../../subgraphs/circulation/lending/holds.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { lendingResultOf } from '../../../../subgraphs/circulation/lending/stored-result.ts';
import { recoveryOf as lendingRecovery } from '../../../../subgraphs/circulation/procedures/recovery.ts';
import { noBranches } from '../../../../subgraphs/library/branches.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { startProcedure } from '../../../../subgraphs/operations/procedure.ts';
import { storedProblemsOf } from '../../../../subgraphs/operations/results/payload.ts';
import type { PatronServices } from '../../../../subgraphs/patrons/context.ts';
import {
  closePatron,
  liftSuspension,
  reopenPatron,
  suspendPatron,
} from '../../../../subgraphs/patrons/procedures/change-standing.ts';
import { recoveryOf } from '../../../../subgraphs/patrons/procedures/recovery.ts';
import type { RecordPlan } from '../../../../subgraphs/patrons/procedures/standing/plan.ts';
import { staff } from '../../../support/callers.ts';
import { type LendingFixture, openLendingFixture } from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;
/** A patron without loans. The library card is in use. */
const patronId = 'P0000004';
const card = '21852000000066';
/** A patron with five loans. */
const borrower = 'P0000002';

let world: LendingFixture;
beforeEach(async () => {
  world = await openLendingFixture(5);
});
afterEach(() => world[Symbol.asyncDispose]());

interface Others {
  readonly circulation?: Partial<Circulation>;
  readonly patrons?: Partial<PatronRegistry>;
}

const servicesWith = (others: Others = {}): PatronServices & LendingServices => ({
  ...world,
  circulation: { ...world.circulation, ...others.circulation },
  patrons: { ...world.patrons, ...others.patrons },
  fingerprintKey: new Uint8Array(32),
  times: changeTimes,
  monotonic: world.now,
  log: { warn: () => undefined, error: () => undefined },
});

let references = 0;
const turn = (procedure: typeof suspendPatron, services = servicesWith(), id = patronId) => {
  references += 1;
  return startProcedure<PatronServices, { patronId: string }, RecordPlan>(
    services,
    procedure,
    staff,
    `${references}`,
    { patronId: id },
    never,
  );
};

async function settle(services: PatronServices & LendingServices, passMs = 60_000): Promise<void> {
  const reconcilers = { ...lendingRecovery(services), ...recoveryOf(services) };
  for (let round = 0; round < 6; round += 1) {
    world.pass(passMs);
    for (const due of await world.journal.takeDue(100, 0, Object.keys(reconcilers))) {
      const { id, kind } = due.operation;
      const again = await reconcilers[kind]?.({ ...due, observedMs: Number.POSITIVE_INFINITY }, never);
      await world.journal.reconcileAgain(id, again ?? null);
    }
  }
}

const lend = async (services: LendingServices) => {
  references += 1;
  const input = {
    reference: `${references}`,
    credential: { libraryCardNumber: card },
    itemNumber: world.nextItem(),
  };
  return (await checkOut(services, staff, input, never)).operation;
};

const reserve = async (services: LendingServices) => {
  references += 1;
  const input = {
    reference: `${references}`,
    reader: { patronId },
    titleNumber: 'B0000004',
    pickupBranch: 'STCL',
  };
  return (await placeHold(services, staff, input, noBranches, never)).operation;
};

const codesOf = (operation: Operation) => storedProblemsOf(operation).map(({ code }) => code);
const fieldsOf = (operation: Operation) => storedProblemsOf(operation).map(({ field }) => field);
const outcomeOf = (operation: Operation) => [operation.state, ...codesOf(operation)];
const lendingOutcome = (operation: Operation) => [
  operation.state,
  ...[lendingResultOf(operation).problem].filter((code) => code !== undefined),
];
const standingOf = async (id = patronId) => (await world.patrons.findMany([id], never))[0]?.status;
/** Whether a desk can lend on the card. The copy is returned. */
async function deskLends(number = card): Promise<boolean> {
  const itemNumber = world.nextItem();
  const lent = await world.circulation.checkOut(number, itemNumber, 'desk', never);
  if ('loan' in lent) {
    await world.circulation.checkIn(itemNumber, 'desk', never);
  }
  return 'loan' in lent;
}
const eventsOfCard = async () =>
  (await world.circulation.eventsAfter('0', 500, never))
    .filter(({ libraryCardNumber }) => libraryCardNumber === card)
    .map(({ kind }) => kind);
const placesTaken = async () => {
  const taken = await Promise.all(
    (['LOAN', 'HOLD'] as const).map((kind) => world.journal.placesNow(patronId, kind)),
  );
  return taken.flatMap(({ holders }) => holders).length;
};
const fails = (reason: 'outcome-unknown' | 'unreachable') => () =>
  Promise.reject(new UpstreamError('circulation', reason, 'test'));

describe('a suspension', () => {
  test('reaches desks, and lifting it undoes that', async () => {
    expect(outcomeOf(await turn(suspendPatron))).toEqual(['DONE']);
    expect([await standingOf(), await deskLends()]).toEqual(['SUSPENDED', false]);
    expect(await placesTaken()).toBe(0);
    expect(outcomeOf(await turn(liftSuspension))).toEqual(['DONE']);
    expect([await standingOf(), await deskLends()]).toEqual(['ACTIVE', true]);
    expect(await world.standingBlocks.standingBlocksOf(patronId)).toEqual([]);
  });

  test('leaves a block of another reason when it is lifted', async () => {
    await world.circulation.blockCard(card, 'desk', never);
    const evidence = { libraryCardNumber: card, patronStatus: null, cardState: null, event: null, loans: [] };
    await world.findings.recordPatronFindings([{ kind: 'CARD_BLOCKED', patronId, evidence }]);
    await turn(suspendPatron);
    expect(outcomeOf(await turn(liftSuspension))).toEqual(['DONE']);
    expect(await deskLends()).toBe(false);
  });

  test.each([
    ['before the suspension', ['block', 'suspend', 'suspend', 'lift']],
    ['before the suspension, and is seen after it', ['unseen block', 'suspend', 'lift']],
    ['during the suspension', ['suspend', 'block', 'lift']],
    ['during the suspension, which is asked for again', ['suspend', 'block', 'suspend', 'lift']],
    ['before the suspension and a closing', ['block', 'suspend', 'close', 'reopen']],
    ['while the record is closed', ['close', 'block', 'reopen']],
  ] as const)('leaves the block of a desk that was made %s', async (_, steps) => {
    const seen = new KeptCardEvents(world.cardEvents, world.suspects, world.circulation);
    const block = () => world.circulation.blockCard(card, 'desk', never);
    const done = {
      block: async () => {
        await block();
        await seen.readNext(never);
      },
      'unseen block': block,
      suspend: () => turn(suspendPatron),
      lift: () => turn(liftSuspension),
      close: () => turn(closePatron),
      reopen: () => turn(reopenPatron),
    };
    for (const step of steps) {
      await done[step]();
      if (step !== 'unseen block') {
        await seen.readNext(never);
      }
    }
    expect([await standingOf(), await deskLends()]).toEqual(['ACTIVE', false]);
    expect(await world.cardEvents.cardsBlockedByOthers([card])).toEqual([card]);
  });

  test('leaves a card that was reported lost meanwhile', async () => {
    await turn(suspendPatron);
    await world.cards.reportLoss('desk', card, null, never);
    await turn(liftSuspension);
    expect(await deskLends()).toBe(false);
  });

  test('blocks the cards of a patron whom the registry has suspended by itself', async () => {
    const [patron] = await world.patrons.findMany([patronId], never);
    await world.patrons.amendPatron(patronId, patron?.version ?? '', { status: 'SUSPENDED' }, never);
    expect(await deskLends()).toBe(true);
    expect(outcomeOf(await turn(suspendPatron))).toEqual(['DONE']);
    expect(await deskLends()).toBe(false);
  });

  test('is settled once an earlier check-out is certain', async () => {
    const silent = servicesWith({ circulation: { checkOut: fails('outcome-unknown') } });
    expect((await lend(silent)).state).toBe('UNSETTLED');
    const { id, state } = await turn(suspendPatron);
    expect(state).toBe('UNSETTLED');
    expect([await standingOf(), await deskLends()]).toEqual(['SUSPENDED', false]);
    await settle(servicesWith());
    expect((await world.journal.findById(id))?.state).toBe('DONE');
    expect(await placesTaken()).toBe(0);
  });

  test('is completed if no answer comes to a block', async () => {
    const { id, state } = await turn(
      suspendPatron,
      servicesWith({ circulation: { blockCard: fails('outcome-unknown') } }),
    );
    expect(state).toBe('UNSETTLED');
    await settle(servicesWith());
    expect((await world.journal.findById(id))?.state).toBe('DONE');
    expect(await deskLends()).toBe(false);
  });

  test('of a closed patron is refused, and so is opening the record of a suspended one', async () => {
    await turn(closePatron);
    expect(outcomeOf(await turn(suspendPatron))).toEqual(['REFUSED', 'PATRON_CLOSED']);
    expect(outcomeOf(await turn(liftSuspension))).toEqual(['REFUSED', 'PATRON_CLOSED']);
    expect(outcomeOf(await turn(reopenPatron))).toEqual(['DONE']);
    await turn(suspendPatron);
    expect(outcomeOf(await turn(reopenPatron))).toEqual(['REFUSED', 'WRONG_STATE']);
  });
});

describe('a closing', () => {
  test('with items out is refused before anything is done', async () => {
    const before = await eventsOfCard();
    expect(outcomeOf(await turn(closePatron, servicesWith(), borrower))).toEqual(['REFUSED', 'LOANS_OUT']);
    expect([await standingOf(borrower), await eventsOfCard()]).toEqual(['ACTIVE', before]);
  });

  test('blocks the cards and cancels the holds, and opening the record again unblocks the cards', async () => {
    const hold = await world.circulation.placeHold(card, 'B0000004', 'STCL', 'before', never);
    expect(hold).toHaveProperty('hold');
    expect(outcomeOf(await turn(closePatron))).toEqual(['DONE']);
    const [holds = []] = await world.circulation.holdsByCard([card], never);
    expect(holds.map(({ state }) => state)).toEqual(['CANCELLED']);
    expect([await standingOf(), await deskLends(), await placesTaken()]).toEqual(['CLOSED', false, 0]);
    expect(outcomeOf(await turn(reopenPatron))).toEqual(['DONE']);
    expect([await standingOf(), await deskLends()]).toEqual(['ACTIVE', true]);
  });

  test('is undone in all systems by opening the record again, even after the patron was erased', async () => {
    await turn(closePatron);
    await settle(servicesWith(), 6 * 3_600_000);
    expect(await world.erasure.erase([patronId], 'none')).toMatchObject({ kind: 'erased' });
    expect(outcomeOf(await turn(reopenPatron))).toEqual(['DONE']);
    expect([await standingOf(), await deskLends()]).toEqual(['ACTIVE', true]);
  });

  test('is undone if a desk lends before the card is blocked', async () => {
    const itemNumber = world.nextItem();
    const services = servicesWith({
      circulation: {
        async blockCard(...args) {
          await world.circulation.checkOut(card, itemNumber, 'desk', never);
          return await world.circulation.blockCard(...args);
        },
      },
    });
    const closing = await turn(closePatron, services);
    expect(outcomeOf(closing)).toEqual(['REFUSED', 'LENT_MEANWHILE']);
    expect(fieldsOf(closing)).toEqual([['patronId']]);
    expect([await standingOf(), await deskLends(), await placesTaken()]).toEqual(['ACTIVE', true, 0]);
  });

  test.each([
    ['a check-out', lend],
    ['a reservation', reserve],
  ])(
    'is told to %s that comes while it is carried out, and not that the card can not be used',
    async (_, ask) => {
      let asked: Operation | undefined;
      const services = servicesWith({
        circulation: {
          async blockCard(...args) {
            asked = await ask(servicesWith());
            return await world.circulation.blockCard(...args);
          },
        },
      });
      expect(outcomeOf(await turn(closePatron, services))).toEqual(['DONE']);
      expect(asked === undefined ? null : lendingOutcome(asked)).toEqual([
        'REFUSED',
        'ANOTHER_OPERATION_OPEN',
      ]);
    },
  );

  test('is undone if the record is changed before the registry closes it', async () => {
    const services = servicesWith({
      patrons: { amendPatron: () => Promise.resolve({ refused: 'VERSION_CONFLICT' }) },
    });
    expect(outcomeOf(await turn(closePatron, services))).toEqual(['REFUSED', 'VERSION_CONFLICT']);
    expect([await standingOf(), await deskLends(), await placesTaken()]).toEqual(['ACTIVE', true, 0]);
  });

  test('of a suspended patron leaves the suspension as it was if it is undone', async () => {
    await turn(suspendPatron);
    const services = servicesWith({
      patrons: { amendPatron: () => Promise.resolve({ refused: 'VERSION_CONFLICT' }) },
    });
    expect(outcomeOf(await turn(closePatron, services))).toEqual(['REFUSED', 'VERSION_CONFLICT']);
    expect([await standingOf(), await deskLends()]).toEqual(['SUSPENDED', false]);
    await turn(liftSuspension);
    expect(await deskLends()).toBe(true);
  });
});

describe('of a closing and a check-out at the same moment, one is refused:', () => {
  /** Runs `meanwhile` once, right after the registry was asked for the patron. */
  const afterStanding = (meanwhile: () => Promise<unknown>): Others => {
    let isFirst = true;
    return {
      patrons: {
        async findMany(numbers, signal) {
          const found = await world.patrons.findMany(numbers, signal);
          if (isFirst) {
            isFirst = false;
            await meanwhile();
          }
          return found;
        },
      },
    };
  };

  test.each([
    ['suspended', suspendPatron],
    ['closed', closePatron],
  ] as const)('the check-out, if the patron is %s after the standing was read', async (_, procedure) => {
    let ended: Operation | undefined;
    const services = servicesWith(
      afterStanding(async () => {
        ended = await turn(procedure);
      }),
    );
    expect(lendingOutcome(await lend(services))).toEqual(['REFUSED', 'PATRON_NOT_ACTIVE']);
    expect(ended?.state).toBe('DONE');
  });

  test('a reservation, too', async () => {
    let isFirst = true;
    const services = servicesWith({
      circulation: {
        async holdsByCard(numbers, signal) {
          if (isFirst) {
            isFirst = false;
            expect((await turn(closePatron)).state).toBe('DONE');
          }
          return await world.circulation.holdsByCard(numbers, signal);
        },
      },
    });
    expect(lendingOutcome(await reserve(services))).toEqual(['REFUSED', 'PATRON_NOT_ACTIVE']);
    const [holds = []] = await world.circulation.holdsByCard([card], never);
    expect(holds).toEqual([]);
  });

  test('the closing, if the check-out has a place', async () => {
    let closing: Operation | undefined;
    const services = servicesWith({
      circulation: {
        async checkOut(...args) {
          closing = await turn(closePatron);
          return await world.circulation.checkOut(...args);
        },
      },
    });
    expect(lendingOutcome(await lend(services))).toEqual(['DONE']);
    expect(closing === undefined ? null : outcomeOf(closing)).toEqual(['REFUSED', 'LOANS_OUT']);
    expect([await standingOf(), await deskLends()]).toEqual(['ACTIVE', true]);
  });

  test('the closing, if the check-out gets its place after the closing has read the loans', async () => {
    let lending: Operation | undefined;
    let calls = 0;
    const services = servicesWith({
      circulation: {
        async loansByCard(numbers, signal) {
          const found = await world.circulation.loansByCard(numbers, signal);
          calls += 1;
          if (calls === 1) {
            lending = await lend(servicesWith());
          }
          return found;
        },
      },
    });
    const closing = await turn(closePatron, services);
    expect(outcomeOf(closing)).toEqual(['REFUSED', 'LOANS_OUT']);
    expect(fieldsOf(closing)).toEqual([['patronId']]);
    expect(lending === undefined ? null : lendingOutcome(lending)).toEqual(['DONE']);
    expect([await standingOf(), await deskLends(), await placesTaken()]).toEqual(['ACTIVE', true, 0]);
  });
});
