import type { Circulation } from '../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { type DrawnNumber, ObservedNumbers } from '../../../platform/time/observed-numbers.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { createContext, type ResolverServices } from '../../../subgraphs/circulation/context.ts';
import { checkOut } from '../../../subgraphs/circulation/lending/check-out.ts';
import { lendingResultOf } from '../../../subgraphs/circulation/lending/stored-result.ts';
import { recoveryOf } from '../../../subgraphs/circulation/procedures/recovery.ts';
import { quotaAfterLoan, quotaOf } from '../../../subgraphs/circulation/resolvers/quota.ts';
import { loanLimit } from '../../../subgraphs/circulation/rules/limits.ts';
import type { PatronQuota } from '../../../subgraphs/circulation/rules/loan-quota.ts';
import { noBranches } from '../../../subgraphs/library/branches.ts';
import { changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { startLogTail } from '../../../subgraphs/operations/log/log-tail.ts';
import { observedUpToMs } from '../../../subgraphs/operations/reconciler.ts';
import { seedDay, staff } from '../../support/callers.ts';
import {
  type LendingFixture,
  libraryCard,
  missing,
  openLendingFixture,
  patronId,
} from '../../support/lending-fixture.ts';
import { randomFrom } from '../../support/random.ts';
import { pastPositionsOf } from '../../support/services/past-positions.ts';
import { Scheduler } from './scheduler.ts';

/** The result of one run. */
export interface Run {
  /** Each broken invariant, with its numbers. */
  readonly broken: readonly string[];
  /** The calls, in the order in which they ran. */
  readonly executed: readonly string[];
  /** The end of each check-out: `DONE`, or its problem. */
  readonly outcomes: readonly string[];
}

/** The fates of a request. A fate that is listed more often is more probable. */
const fates = [
  'answered',
  'answered',
  'answered',
  'answered',
  'request lost',
  'answer lost',
  'late',
  'delivered twice',
] as const;

const never = new AbortController().signal;

/**
 * Runs the product's lending code instead of the model. Check-outs, a replacement of a card, two desks, a query of the
 * quota and a reconciler are interleaved call by call. Requests and answers are lost or late, and time passes. The seed
 * decides everything.
 */
export async function runInterleaved(seed: number, checkOuts: number): Promise<Run> {
  const random = randomFrom(seed);
  await using fixture = await openLendingFixture(7 + Math.floor(random() * 3));
  const interleaved = new InterleavedRun(fixture, new Scheduler(random));
  const ended = [
    ...Array.from({ length: checkOuts }, (_, index) => interleaved.checkOut(`check-out ${index}`)),
    interleaved.replace(),
    interleaved.lendAtDesk(),
    interleaved.lendAtDesk(),
    interleaved.askForQuota(),
  ];
  return await interleaved.play(ended);
}

/** The part of a caller's readings on which an invariant depends. */
interface Knowledge {
  /** The desks' loans that the caller must count. It has seen them, or they were made before it read the cards. */
  answersFor: Set<string>;
  /** Whether loans and pending places were at the limit when the caller read the loans. */
  wasFull: boolean;
}

const contextOf = (services: ResolverServices) =>
  createContext(services, { clock: () => seedDay, branches: noBranches }, staff, never);

class InterleavedRun {
  readonly #fixture: LendingFixture;
  readonly #scheduler: Scheduler;
  readonly #broken: string[] = [];
  readonly #atDesks = new Set<string>();
  #isReconciling = false;
  readonly #sendNumbers: ObservedNumbers;
  #lastDrawn: DrawnNumber = { number: 0n, source: '' };

  constructor(fixture: LendingFixture, scheduler: Scheduler) {
    this.#fixture = fixture;
    this.#sendNumbers = new ObservedNumbers(fixture.now, observedUpToMs);
    this.#scheduler = scheduler;
  }

  async play(ended: readonly Promise<Operation | null>[]): Promise<Run> {
    let areAllDone = false;
    const all = Promise.all(ended).finally(() => {
      areAllDone = true;
    });
    all.catch(() => undefined);
    while (!areAllDone) {
      if (this.#scheduler.pick(30) === 0) {
        this.#passTime();
      }
      if (this.#scheduler.pick(10) === 0) {
        this.#reconcile();
      }
      await this.#scheduler.runNext();
    }
    const begun = (await all).filter((operation) => operation !== null);
    // Now all pending calls end, and every operation is settled.
    const executed = [...this.#scheduler.executed];
    for (let round = 0; round < 60; round += 1) {
      this.#fixture.pass(2_000);
      this.#reconcile();
      while (await this.#scheduler.runNext()) {}
    }
    const outcomes = await Promise.all(begun.map((operation) => this.#judge(operation)));
    return { broken: this.#broken, executed, outcomes };
  }

  /** Waits for a random number of turns, so that the caller's next action can happen anywhere in the run. */
  async #waitSomeTurns(): Promise<void> {
    for (let left = this.#scheduler.pick(25); left > 0; left -= 1) {
      await this.#scheduler.waitForTurn();
    }
  }

  #passTime(): void {
    const ms = [50, 1_500, 4_000, 21_000, 60_000][this.#scheduler.pick(5)] ?? 0;
    this.#scheduler.executed.push(`${ms} ms pass`);
    // The send numbers are observed all the time, even while the reconciler is busy.
    for (let leftMs = ms; leftMs > 0; leftMs -= 4_000) {
      this.#fixture.pass(Math.min(leftMs, 4_000));
      this.#sendNumbers.see(this.#lastDrawn);
    }
  }

  async checkOut(who: string): Promise<Operation> {
    const { nextItem, cardNumbers, presentedCard } = this.#fixture;
    await this.#scheduler.waitForTurn(`${who} begins`);
    const inUse = await cardNumbers('in use');
    const libraryCardNumber = inUse[this.#scheduler.pick(inUse.length)] ?? missing('card in use');
    const input = { reference: who, credential: presentedCard(libraryCardNumber), itemNumber: nextItem() };
    const knowledge: Knowledge = { answersFor: new Set(), wasFull: false };
    const services = this.#lendingOf(who, knowledge);
    const { operation, done } = await checkOut(services, staff, input, never);
    if (done !== null && 'before' in done) {
      const quota = await quotaAfterLoan(patronId, done.loan, done.before, contextOf(services));
      await this.#checkQuota(who, quota, knowledge);
    }
    const isFull = operation.state === 'REFUSED' && lendingResultOf(operation).problem === 'QUOTA_REACHED';
    if (isFull && !knowledge.wasFull && !(await this.#isFull())) {
      this.#broken.push(`${who}: the quota was never reached`);
    }
    return operation;
  }

  /**
   * Replaces the library card in card management first. Later, circulation registers the new card and blocks the old
   * one.
   */
  async replace(): Promise<null> {
    await this.#waitSomeTurns();
    const cards = this.#scheduler.schedule(this.#fixture.cards, 'replacement');
    const circulation = this.#scheduler.schedule(this.#fixture.circulation, 'replacement');
    const change = await cards.replaceCard('replacement', libraryCard, null, never);
    if ('refused' in change) {
      throw new Error(`no replacement: ${change.refused}`);
    }
    await circulation.registerCard(change.credential.libraryCardNumber, 'new', never);
    await circulation.blockCard(libraryCard, 'old', never);
    return null;
  }

  async lendAtDesk(): Promise<null> {
    await this.#waitSomeTurns();
    await this.#scheduler.waitForTurn('a desk lends');
    const inUse = await this.#fixture.cardNumbers('in use');
    const card = inUse[this.#scheduler.pick(inUse.length)] ?? missing('card in use');
    const change = await this.#fixture.circulation.checkOut(card, this.#fixture.nextItem(), 'desk', never);
    if ('loan' in change) {
      this.#atDesks.add(change.loan.id);
    }
    return null;
  }

  async askForQuota(): Promise<null> {
    const knowledge: Knowledge = { answersFor: new Set(), wasFull: false };
    const quota = await quotaOf(patronId, contextOf(this.#lendingOf('quota', knowledge)));
    await this.#checkQuota('quota', quota, knowledge);
    return null;
  }

  async #checkQuota(
    who: string,
    { used, pending, remaining }: PatronQuota,
    knowledge: Knowledge,
  ): Promise<void> {
    const out = await this.#loansAnsweredFor(knowledge);
    if (used + pending < out || remaining > Math.max(0, loanLimit - out)) {
      const reported = `reported ${used} used, ${pending} pending, ${remaining} remaining`;
      this.#broken.push(`${who}: ${reported}, and ${out} are out`);
    }
  }

  /** Runs one round of the reconciler over all due operations, unless a round is still running. */
  #reconcile(): void {
    if (this.#isReconciling) {
      return;
    }
    this.#isReconciling = true;
    const lending = this.#lendingOf('reconciler', { answersFor: new Set(), wasFull: false });
    const reconcilers = recoveryOf(lending);
    const reconcileDue = async () => {
      this.#lastDrawn = await lending.journal.lastSendNumber();
      this.#sendNumbers.see(this.#lastDrawn);
      for (const due of await lending.journal.takeDue(20, 15_000)) {
        const observedMs = this.#sendNumbers.sinceMs(due.sendNumber ?? 0n);
        const again = (await reconcilers[due.operation.kind]?.({ ...due, observedMs }, never)) ?? null;
        await lending.journal.reconcileAgain(due.operation.id, again);
      }
    };
    void reconcileDue().finally(() => {
      this.#isReconciling = false;
    });
  }

  #lendingOf(who: string, knowledge: Knowledge): ResolverServices {
    const { cards, patrons, journal, attempts, audit, books, notices, index, now } = this.#fixture;
    const { findings, cardEvents, suspects, standingBlocks, changes, merged, changeLog } = this.#fixture;
    const { rowNotes, owing } = this.#fixture;
    const before = <Port extends object>(port: Port) => this.#scheduler.schedule(port, who);
    return {
      circulation: before(this.#watched(knowledge)),
      cards: before({
        ...cards,
        cardsByPatron: (ids, signal) => {
          knowledge.answersFor = new Set(this.#atDesks);
          return cards.cardsByPatron(ids, signal);
        },
      }),
      patrons: before(patrons),
      journal: before(journal),
      attempts,
      observer: {},
      audit,
      books,
      findings,
      cardEvents,
      suspects,
      standingBlocks,
      changes,
      notices,
      rowNotes,
      owing,
      merged,
      changeLog,
      logTail: startLogTail(changeLog, { monotonic: now }),
      pastPositions: pastPositionsOf(changeLog),
      index,
      fingerprintKey: new Uint8Array(32),
      times: changeTimes,
      monotonic: now,
      log: {
        info: () => undefined,
        warn: () => undefined,
        error: (_details, message) => this.#broken.push(message),
      },
    };
  }

  /**
   * Circulation, whose requests may be lost, late or delivered twice. Each new loan is checked against its caller's
   * knowledge.
   */
  #watched(knowledge: Knowledge): Circulation {
    const { circulation, now } = this.#fixture;
    const lend = async (...[card, item, reference, signal]: Parameters<Circulation['checkOut']>) => {
      const change = await circulation.checkOut(card, item, reference, signal);
      const out = 'loan' in change ? await this.#loansAnsweredFor(knowledge) : 0;
      if (out > loanLimit) {
        this.#broken.push(`${out} loans`);
      }
      return change;
    };
    const read = async (...[numbers, signal]: Parameters<Circulation['loansByCard']>) => {
      const byCard = await circulation.loansByCard(numbers, signal);
      for (const { id } of byCard.flat()) {
        if (this.#atDesks.has(id)) {
          knowledge.answersFor.add(id);
        }
      }
      knowledge.wasFull = await this.#isFull();
      return byCard;
    };
    return {
      ...circulation,
      loansByCard: read,
      checkOut: async (card, item, reference, signal, maySend) => {
        if (maySend?.() === false) {
          throw new UpstreamError('circulation', 'cancelled', 'checkOut');
        }
        const fate = fates[this.#scheduler.pick(fates.length)];
        if (fate === 'answered') {
          return await lend(card, item, reference, signal);
        }
        if (fate === 'delivered twice') {
          await lend(card, item, reference, signal);
          return await circulation.checkOut(card, item, reference, signal);
        }
        if (fate === 'answer lost') {
          await lend(card, item, reference, signal);
        }
        if (fate === 'late') {
          const dropAt = now() + changeTimes.dropAfterMs;
          void this.#scheduler.waitForTurn('circulation does what was asked late').then(async () => {
            if (now() <= dropAt) {
              await lend(card, item, reference, signal);
            }
          });
        }
        throw new UpstreamError('circulation', 'outcome-unknown', 'checkOut');
      },
    };
  }

  async #loansAnsweredFor({ answersFor }: Knowledge): Promise<number> {
    const ids = [...(await this.#fixture.loans()).keys()];
    return ids.filter((id) => !this.#atDesks.has(id) || answersFor.has(id)).length;
  }

  async #isFull(): Promise<boolean> {
    const loans = await this.#fixture.loans();
    const { unsettled } = await this.#fixture.journal.placesSince(patronId, 'LOAN', 0n);
    const pending = unsettled.filter(({ operationId }) => ![...loans.values()].includes(operationId));
    return loans.size + pending.length >= loanLimit;
  }

  /** Checks that the operation is settled, and that it is done if and only if circulation has an event of it. */
  async #judge({ id, caller, reference }: Operation): Promise<string> {
    const { journal, circulation } = this.#fixture;
    const operation = (await journal.find(caller, reference)) ?? missing(`operation ${id}`);
    const effects = await circulation.eventsByReference(id, never);
    const isRight = effects.length === (operation.state === 'DONE' ? 1 : 0);
    if (operation.state === 'UNSETTLED' || !isRight) {
      this.#broken.push(`${reference} is ${operation.state} and has ${effects.length} effects`);
    }
    return operation.state === 'DONE' ? 'DONE' : (lendingResultOf(operation).problem ?? operation.state);
  }
}
