/** Procedures on cards, after a desk has blocked the card, or while the record is closed, merged or suspended (R15). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import type { Operation } from '../../../../store/journal/port.ts';
import { KeptCardEvents } from '../../../../subgraphs/circulation/books/card-events.ts';
import { approveApplication } from '../../../../subgraphs/credentials/procedures/decide-application.ts';
import { mergePatrons } from '../../../../subgraphs/credentials/procedures/merge-patrons.ts';
import { recoveryOf } from '../../../../subgraphs/credentials/procedures/recovery.ts';
import { reportLoss } from '../../../../subgraphs/credentials/procedures/report-loss.ts';
import type { CredentialServices } from '../../../../subgraphs/credentials/procedures/services.ts';
import { newApplicationOf } from '../../../../subgraphs/credentials/rules/applications/form.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { type Procedure, startProcedure } from '../../../../subgraphs/operations/procedure.ts';
import { storedProblemsOf } from '../../../../subgraphs/operations/results/payload.ts';
import type { PatronServices } from '../../../../subgraphs/patrons/context.ts';
import { closePatron, suspendPatron } from '../../../../subgraphs/patrons/procedures/change-standing.ts';
import { staff } from '../../../support/callers.ts';
import { type LendingFixture, openLendingFixture } from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;
/** A library card in use, of a patron without loans. */
const card = '21852000000066';
type Services = CredentialServices & PatronServices;

let world: LendingFixture;
let services: Services;
beforeEach(async () => {
  world = await openLendingFixture(5);
  services = {
    ...world,
    fingerprintKey: new Uint8Array(32),
    pseudonymKey: new Uint8Array(32),
    times: changeTimes,
    monotonic: world.now,
    log: { warn: () => undefined, error: () => undefined },
  };
});
afterEach(() => world[Symbol.asyncDispose]());

let count = 0;
function ask<Input, Plan>(
  procedure: Procedure<Services, Input, Plan>,
  input: Input,
  others: Services = services,
): Promise<Operation> {
  count += 1;
  return startProcedure(others, procedure, staff, `${count}`, input, never);
}

const outcomeOf = (operation: Operation | null) => [
  operation?.state,
  ...(operation === null ? [] : storedProblemsOf(operation).map(({ code }) => code)),
];

async function settle(): Promise<void> {
  const reconcilers = recoveryOf(services);
  for (let round = 0; round < 4; round += 1) {
    world.pass(60_000);
    for (const due of await world.journal.takeDue(100, 0, Object.keys(reconcilers))) {
      const { id, kind } = due.operation;
      const again = await reconcilers[kind]?.({ ...due, observedMs: Number.POSITIVE_INFINITY }, never);
      await world.journal.reconcileAgain(id, again ?? null);
    }
  }
}

const deskLends = async (number: string): Promise<boolean> =>
  'loan' in (await world.circulation.checkOut(number, world.nextItem(), 'desk', never));

describe('a refused report of a loss, whose card could not be read before,', () => {
  const report = async () => {
    let isFirst = true;
    const cards = {
      ...world.cards,
      async cardsByNumber(numbers: readonly string[], signal: AbortSignal) {
        if (isFirst) {
          isFirst = false;
          throw new UpstreamError('card management', 'unreachable', 'test');
        }
        return await world.cards.cardsByNumber(numbers, signal);
      },
    };
    const input = { libraryCardNumber: card, onReplacement: 'CONTINUE', ownerId: null } as const;
    return outcomeOf(await ask(reportLoss, input, { ...services, cards }));
  };

  test('unblocks the card', async () => {
    expect(await report()).toEqual(['REFUSED', 'INVALID']);
    expect(await deskLends(card)).toBe(true);
  });

  test('leaves it blocked if a desk has blocked it', async () => {
    await world.circulation.blockCard(card, 'desk', never);
    await new KeptCardEvents(world.cardEvents, world.suspects, world.circulation).readNext(never);
    expect(await report()).toEqual(['REFUSED', 'INVALID']);
    expect(await deskLends(card)).toBe(false);
  });
});

describe('the approval of a stranger, whose new record staff have changed before a card is issued,', () => {
  /**
   * Approves an application, and calls `meanwhile` as soon as the registry has the stranger. Resolves to the outcome
   * and the new patron's cards.
   */
  async function approveWhile(meanwhile: (patronId: string) => Promise<unknown>) {
    const applicant = {
      englishName: 'A STRANGER',
      dateOfBirth: '1990-01-01',
      birthCertificateNumber: 'B123456',
      addressLines: ['1 Road'],
    };
    const form = { channel: 'COUNTER', wants: ['LIBRARY_CARD'], applicant } as const;
    const received = await world.cards.submitApplication('stranger', newApplicationOf(form), never);
    const applicationId = 'refused' in received ? '' : received.application.id;
    let patronId = '';
    const patrons = {
      ...world.patrons,
      async register(...args: Parameters<typeof world.patrons.register>) {
        const answer = await world.patrons.register(...args);
        if ('patron' in answer) {
          patronId = answer.patron.number;
          await meanwhile(patronId);
        }
        return answer;
      },
    };
    const shown = { addressProofShown: true, identityDocumentSeen: true, applicationsSearched: true };
    const input = { applicationId, ...shown, otherApplicationsSeen: [] };
    const { id } = await ask(approveApplication, input, { ...services, patrons });
    await settle();
    const [cards = []] = await world.cards.cardsByPatron([patronId], never);
    return { outcome: outcomeOf(await world.journal.findById(id)), cards };
  }

  test('is partly done if the record is closed: it gets no card', async () => {
    const { outcome, cards } = await approveWhile((patronId) => ask(closePatron, { patronId }));
    expect(outcome).toEqual(['REFUSED', 'PATRON_CLOSED', 'REGISTERED_WITHOUT_CARD']);
    expect(cards).toEqual([]);
  });

  test('is partly done if the record is merged: it gets no card', async () => {
    const { outcome, cards } = await approveWhile((leavingPatronId) =>
      ask(mergePatrons, { leavingPatronId, stayingPatronId: 'P0000004' }),
    );
    expect(outcome).toEqual(['REFUSED', 'ALREADY_MERGED', 'REGISTERED_WITHOUT_CARD']);
    expect(cards).toEqual([]);
  });

  test('blocks the card if the record is suspended', async () => {
    const { outcome, cards } = await approveWhile((patronId) => ask(suspendPatron, { patronId }));
    expect(outcome).toEqual(['DONE']);
    expect(await Promise.all(cards.map((one) => deskLends(one.libraryCardNumber)))).toEqual([false]);
  });

  test('lets nobody close the record while a card is issued', async () => {
    const closings: Operation[] = [];
    const cards = {
      ...world.cards,
      async issueCard(...args: Parameters<typeof world.cards.issueCard>) {
        closings.push(await ask(closePatron, { patronId: args[1].patronId }));
        return await world.cards.issueCard(...args);
      },
    };
    services = { ...services, cards };
    expect((await approveWhile(async () => {})).outcome).toEqual(['DONE']);
    expect(closings.map(outcomeOf)).toEqual([['REFUSED', 'ANOTHER_OPERATION_OPEN']]);
  });
});
