import type { Circulation } from '../../../adapters/circulation/port.ts';
import type { Operation } from '../../../adapters/journal/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { createContext } from '../../../subgraphs/circulation/context.ts';
import { checkOut } from '../../../subgraphs/circulation/lending/check-out.ts';
import { recoveryOf } from '../../../subgraphs/circulation/lending/recovery.ts';
import type { LendingServices } from '../../../subgraphs/circulation/lending/services.ts';
import { lendingResultOf } from '../../../subgraphs/circulation/lending/stored-result.ts';
import { quotaOf } from '../../../subgraphs/circulation/resolvers/patron.ts';
import { loanLimit } from '../../../subgraphs/circulation/rules/limits.ts';
import { noBranches } from '../../../subgraphs/library/branches.ts';
import { changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { ObservedTime } from '../../../subgraphs/operations/observed-time.ts';
import { seedDay, staff } from '../../support/callers.ts';
import { randomFrom } from '../../support/random.ts';
import { Turnstile } from './turnstile.ts';
import { libraryCard, missing, openWorld, patronId, type World } from './world.ts';

/** What came of one run: what was broken, who did what in which order, and how the check-outs ended. */
export interface Run {
  readonly broken: readonly string[];
  readonly passed: readonly string[];
  readonly outcomes: readonly string[];
}

/** What may become of a request. */
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
 * Check-outs by the code that lends, a replacement, desks, someone who asks for the quota and a settler, interleaved call by
 * call; requests and answers are lost or come late, and time passes, all as the seed has it.
 */
export async function runInterleaved(seed: number, checkOuts: number): Promise<Run> {
  const random = randomFrom(seed);
  await using world = await openWorld(7 + Math.floor(random() * 3));
  const scene = new Scene(world, new Turnstile(random));
  const ended = [
    ...Array.from({ length: checkOuts }, (_, index) => scene.checkOut(`check-out ${index}`)),
    scene.replace(),
    scene.lendAtDesk(),
    scene.lendAtDesk(),
    scene.askForQuota(),
  ];
  return await scene.play(ended);
}

/** A reading of the patron's, as far as it can be held to what it has seen. */
interface Knowledge {
  /** Loans of desks that it answers for: seen, or made before it read the cards. */
  answersFor: Set<string>;
  /** Whether loans and pending ones were at the limit as it read the loans. */
  wasFull: boolean;
}

class Scene {
  readonly #world: World;
  readonly #turnstile: Turnstile;
  readonly #broken: string[] = [];
  readonly #atDesks = new Set<string>();
  #settling = false;
  readonly #seen: ObservedTime;

  constructor(world: World, turnstile: Turnstile) {
    this.#world = world;
    this.#seen = new ObservedTime(world.now);
    this.#turnstile = turnstile;
  }

  async play(ended: readonly Promise<Operation | null>[]): Promise<Run> {
    let areAllDone = false;
    const all = Promise.all(ended).finally(() => {
      areAllDone = true;
    });
    all.catch(() => undefined);
    while (!areAllDone) {
      if (this.#turnstile.pick(30) === 0) {
        this.#passTime();
      }
      if (this.#turnstile.pick(10) === 0) {
        this.#settle();
      }
      await this.#turnstile.letOnePass();
    }
    const begun = (await all).filter((operation) => operation !== null);
    // Whatever is under way ends, and whatever has not been settled is.
    const passed = [...this.#turnstile.passed];
    for (let round = 0; round < 60; round += 1) {
      this.#world.pass(2_000);
      this.#settle();
      while (await this.#turnstile.letOnePass()) {}
    }
    const outcomes = await Promise.all(begun.map((operation) => this.#judge(operation)));
    return { broken: this.#broken, passed, outcomes };
  }

  /** Anywhere in the run, and not just at its beginning. */
  async #linger(): Promise<void> {
    for (let left = this.#turnstile.pick(25); left > 0; left -= 1) {
      await this.#turnstile.pass();
    }
  }

  #passTime(): void {
    const ms = [50, 1_500, 4_000, 21_000, 60_000][this.#turnstile.pick(5)] ?? 0;
    this.#turnstile.passed.push(`${ms} ms pass`);
    this.#world.pass(ms);
  }

  async checkOut(who: string): Promise<Operation> {
    const { nextItem, cardNumbers, shown } = this.#world;
    await this.#turnstile.pass(`${who} begins`);
    const inUse = await cardNumbers('in use');
    const libraryCardNumber = inUse[this.#turnstile.pick(inUse.length)] ?? missing('card in use');
    const input = { reference: who, credential: shown(libraryCardNumber), itemNumber: nextItem() };
    const known: Knowledge = { answersFor: new Set(), wasFull: false };
    const { operation } = await checkOut(this.#lendingOf(who, known), staff, input, never);
    const isFull = operation.state === 'REFUSED' && lendingResultOf(operation).problem === 'QUOTA_REACHED';
    if (isFull && !known.wasFull && !(await this.#isFull())) {
      this.#broken.push(`${who}: the quota was never reached`);
    }
    return operation;
  }

  /** Card management first; circulation knows the new card, and refuses the old one, a little later. */
  async replace(): Promise<null> {
    await this.#linger();
    const cards = this.#turnstile.before(this.#world.cards, 'replacement');
    const circulation = this.#turnstile.before(this.#world.circulation, 'replacement');
    const change = await cards.replaceCard('replacement', libraryCard, null, never);
    if ('refused' in change) {
      throw new Error(`no replacement: ${change.refused}`);
    }
    await circulation.registerCard(change.credential.libraryCardNumber, 'new', never);
    await circulation.blockCard(libraryCard, 'old', never);
    return null;
  }

  async lendAtDesk(): Promise<null> {
    await this.#linger();
    await this.#turnstile.pass('a desk lends');
    const inUse = await this.#world.cardNumbers('in use');
    const card = inUse[this.#turnstile.pick(inUse.length)] ?? missing('card in use');
    const change = await this.#world.circulation.checkOut(card, this.#world.nextItem(), 'desk', never);
    if ('loan' in change) {
      this.#atDesks.add(change.loan.id);
    }
    return null;
  }

  async askForQuota(): Promise<null> {
    const known: Knowledge = { answersFor: new Set(), wasFull: false };
    const context = createContext(
      this.#lendingOf('quota', known),
      { clock: () => seedDay, branches: noBranches },
      staff,
      never,
    );
    const { used, pending, remaining } = await quotaOf(patronId, context);
    const out = await this.#loansAnsweredFor(known);
    const told = `${used} used, ${pending} pending, ${remaining} remaining told, and ${out} are out`;
    if (used + pending < out || remaining > Math.max(0, loanLimit - out)) {
      this.#broken.push(told);
    }
    return null;
  }

  /** What is due is looked at once, unless a look is under way. */
  #settle(): void {
    if (this.#settling) {
      return;
    }
    this.#settling = true;
    const lending = this.#lendingOf('settler', { answersFor: new Set(), wasFull: false });
    const reconcilers = recoveryOf(lending);
    const look = async () => {
      this.#seen.see(await lending.journal.now());
      const observedSinceMs = (moment: Date) => this.#seen.sinceMs(moment);
      for (const due of await lending.journal.takeDue(20, 15_000)) {
        const again = (await reconcilers[due.operation.kind]?.({ ...due, observedSinceMs }, never)) ?? null;
        await lending.journal.reconcileAgain(due.operation.id, again);
      }
    };
    void look().finally(() => {
      this.#settling = false;
    });
  }

  #lendingOf(who: string, known: Knowledge): LendingServices {
    const { cards, patrons, journal, attempts, now } = this.#world;
    const before = <Port extends object>(port: Port) => this.#turnstile.before(port, who);
    return {
      circulation: before(this.#watched(known)),
      cards: before({
        ...cards,
        cardsByPatron: (ids, signal) => {
          known.answersFor = new Set(this.#atDesks);
          return cards.cardsByPatron(ids, signal);
        },
      }),
      patrons: before(patrons),
      journal: before(journal),
      attempts,
      fingerprintKey: new Uint8Array(32),
      times: changeTimes,
      monotonic: now,
      log: { warn: () => undefined, error: (_details, message) => this.#broken.push(message) },
    };
  }

  /** Circulation, where what is asked may be lost or late, and what is done is held to what was known. */
  #watched(known: Knowledge): Circulation {
    const { circulation, now } = this.#world;
    const lend = async (...[card, item, reference, signal]: Parameters<Circulation['checkOut']>) => {
      const change = await circulation.checkOut(card, item, reference, signal);
      const out = 'loan' in change ? await this.#loansAnsweredFor(known) : 0;
      if (out > loanLimit) {
        this.#broken.push(`${out} loans`);
      }
      return change;
    };
    const read = async (...[numbers, signal]: Parameters<Circulation['loansByCard']>) => {
      const byCard = await circulation.loansByCard(numbers, signal);
      for (const { id } of byCard.flat()) {
        if (this.#atDesks.has(id)) {
          known.answersFor.add(id);
        }
      }
      known.wasFull = await this.#isFull();
      return byCard;
    };
    return {
      ...circulation,
      loansByCard: read,
      checkOut: async (card, item, reference, signal, maySend) => {
        if (maySend?.() === false) {
          throw new UpstreamError('circulation', 'cancelled', 'checkOut');
        }
        const fate = fates[this.#turnstile.pick(fates.length)];
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
          void this.#turnstile.pass('circulation does what was asked late').then(async () => {
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
    const ids = [...(await this.#world.loans()).keys()];
    return ids.filter((id) => !this.#atDesks.has(id) || answersFor.has(id)).length;
  }

  async #isFull(): Promise<boolean> {
    const loans = await this.#world.loans();
    const { unsettled } = await this.#world.journal.placesSince(patronId, 'LOAN', 0n);
    const pending = unsettled.filter(({ operationId }) => ![...loans.values()].includes(operationId));
    return loans.size + pending.length >= loanLimit;
  }

  /** At the end: it is settled, and as what has become of it. */
  async #judge({ id, caller, reference }: Operation): Promise<string> {
    const { journal, circulation } = this.#world;
    const operation = (await journal.find(caller, reference)) ?? missing(`operation ${id}`);
    const effects = await circulation.eventsByReference(id, never);
    const isRight = effects.length === (operation.state === 'DONE' ? 1 : 0);
    if (operation.state === 'UNSETTLED' || !isRight) {
      this.#broken.push(`${reference} is ${operation.state} and has ${effects.length} effects`);
    }
    return operation.state === 'DONE' ? 'DONE' : (lendingResultOf(operation).problem ?? operation.state);
  }
}
