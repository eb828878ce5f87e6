/** The lives of persons with two records: staff merge the records, close them once everything is back, and erase the person. */
import { pause } from '../pause.ts';
import { type Random, randomOf } from '../random.ts';
import type { RunContext } from '../run-context.ts';
import { patient } from '../scenario.ts';
import type { Replica } from '../system/replica.ts';
import { type Action, callerOf, stationCaller, unobserved } from './actions.ts';
import { Client } from './client.ts';
import type { Pair, PatronGroup } from './patron-groups.ts';
import type { Registrar } from './registrar.ts';

/** A person's life so far. */
export interface Life extends Pair {
  isMerged: boolean;
  isErased: boolean;
}

/** The time between two tries of a step, in ms. Another operation may be open, or something be on loan. */
const retryMs = 1_000;
/** The time between two tries to close and erase, in ms. An erasure waits for the last later check of all operations. */
const endAgainMs = 4_000;
/** The number of tries of a step when the faults are over. */
const maxTries = 30;
/** The time between two looks at the group whose turn it is, in ms. */
const pollMs = 100;

/**
 * Begins the life of the pair of each group with the group's turn, and adds it to `lives`. When the turn is over, the life
 * goes on, until the signal aborts.
 */
export async function liveLives(
  context: RunContext,
  lives: Life[],
  group: () => PatronGroup,
  registrar: Registrar,
  over: AbortSignal,
): Promise<void> {
  const { mergeAfterMs } = context.scenario;
  if (mergeAfterMs === null) {
    return;
  }
  const random = randomOf(context.seed, 'lives');
  const begun = new Set<PatronGroup>();
  const living: Promise<void>[] = [];
  while (!over.aborted) {
    const current = group();
    if (current.pair !== null && !begun.has(current)) {
      begun.add(current);
      const life = { ...current.pair, isMerged: false, isErased: false };
      lives.push(life);
      const staff = new Staff(context, life, random, 'during the run');
      const waitMs = random.between(...mergeAfterMs);
      living.push(live(staff, { waitMs, isTurn: () => group() === current, registrar }, over));
    }
    await pause(pollMs, over);
  }
  await Promise.all(living);
}

interface Turn {
  /** The time until the merge, in ms. */
  readonly waitMs: number;
  /** Whether the stations still work on the person's group. */
  readonly isTurn: () => boolean;
  readonly registrar: Registrar;
}

async function live(staff: Staff, { waitMs, isTurn, registrar }: Turn, over: AbortSignal): Promise<void> {
  await pause(waitMs, over);
  await untilTrue(() => staff.merge(), retryMs, over);
  await untilTrue(async () => !isTurn(), pollMs, over);
  // The registrar may be about to issue a card on one of the records.
  await registrar.untilIdle();
  // A clerk may reopen the record, so it is closed before each try.
  const end = async () => (await staff.close()) && (await staff.erase());
  await untilTrue(end, endAgainMs, over);
}

/** Tries again and again until it is true, or until the signal aborts. */
async function untilTrue(step: () => Promise<boolean>, everyMs: number, over: AbortSignal): Promise<void> {
  while (!over.aborted && !(await step())) {
    await pause(everyMs, over);
  }
}

/**
 * Merges and closes the records of all persons after the run, when the faults are over and all operations are settled. The
 * processes of *credentials* are started again, because they look for merged records when they start, and then only
 * every five minutes.
 */
export async function closeLives(context: RunContext, lives: readonly Life[]): Promise<void> {
  const all = staffOfAll(context, lives, 'closing');
  await forEach(all, (staff) => untilTried(() => staff.mergeAnyway()));
  await forEach(all, (staff) => untilTried(() => staff.close({ waits: false })));
  if (all.some((staff) => !staff.isClosed())) {
    await Promise.all(context.mergers.map((replica) => replica.kill()));
    await Promise.all(context.mergers.map((replica) => replica.start()));
  }
  await forEach(all, (staff) => untilTried(async () => staff.isClosed()));
}

/** Erases all persons after the run, when no operation will be looked up again. */
export const eraseLives = (context: RunContext, lives: readonly Life[]): Promise<void> =>
  forEach(staffOfAll(context, lives, 'erasing'), (staff) => untilTried(() => staff.erase()));

const staffOfAll = (context: RunContext, lives: readonly Life[], when: string): readonly Staff[] =>
  lives
    .filter(({ isErased }) => !isErased)
    .map((life) => new Staff(context, life, randomOf(context.seed, `lives, ${when}`), when));

/** Runs one after another, because all of them together would keep the machine from answering in time. */
async function forEach(all: readonly Staff[], act: (staff: Staff) => Promise<void>): Promise<void> {
  for (const staff of all) {
    await act(staff);
  }
}

/** Tries until it is true, `maxTries` times. The checker finds what could not be done. */
async function untilTried(step: () => Promise<boolean>): Promise<void> {
  const { signal } = new AbortController();
  for (let tries = 1; !(await step()) && tries < maxTries; tries += 1) {
    await pause(retryMs, signal);
  }
}

/** Makes the turns in the life of one person. Each method resolves to whether the turn is over. */
class Staff {
  readonly #context: RunContext;
  readonly #life: Life;
  readonly #clients: Readonly<Record<'credentials' | 'patrons' | 'circulation', Client>>;

  constructor(context: RunContext, life: Life, random: Random, when: string) {
    const { mergers, clerks, replicas, log } = context;
    // A reference must not name the patron, because the references of returns outlive the erasure.
    const person = Number(life.stayingId.slice(1));
    const clientOf = (subgraph: string, processes: readonly Replica[]) =>
      new Client(`${subgraph} for person ${person} ${when}`, processes, random, log, patient);
    this.#context = context;
    this.#life = life;
    this.#clients = {
      credentials: clientOf('credentials', mergers),
      patrons: clientOf('patrons', clerks),
      circulation: clientOf('circulation', replicas),
    };
  }

  async merge(): Promise<boolean> {
    const { leavingId: leavingPatronId, stayingId: stayingPatronId } = this.#life;
    const answer = await this.#clients.credentials.perform({
      ...asStaff('MERGE_PATRONS', 'mergePatrons'),
      input: { leavingPatronId, stayingPatronId },
    });
    this.#life.isMerged ||= answer?.state === 'DONE' || answer?.problem === 'ALREADY_MERGED';
    return this.#life.isMerged;
  }

  /** Merges the records. If a clerk has suspended or closed one of them, makes it active first. */
  async mergeAnyway(): Promise<boolean> {
    if (this.#life.isMerged || (await this.merge())) {
      return true;
    }
    for (const patronId of this.#records) {
      await this.#turn(asStaff('LIFT_SUSPENSION', 'liftSuspension'), patronId);
      await this.#turn(asStaff('REOPEN_PATRON', 'reopenPatron'), patronId);
    }
    return false;
  }

  /** Takes everything back, closes the record that stays, and looks whether the end of the merge has closed the other. */
  async close({ waits } = { waits: true }): Promise<boolean> {
    const { records } = this.#context;
    const { stayingId } = this.#life;
    for (const { itemNo: itemNumber } of this.#records.flatMap((id) => records.loansOf(id))) {
      const action = { ...checkIn, input: { itemNumber } };
      await this.#clients.circulation.perform(action);
    }
    const isDone = records.statusOf(stayingId) === closed;
    const answer = isDone ? null : await this.#turn(asStaff('CLOSE_PATRON', 'closePatron'), stayingId);
    return (isDone || answer?.state === 'DONE') && (!waits || this.isClosed());
  }

  isClosed(): boolean {
    return this.#records.every((id) => this.#context.records.statusOf(id) === closed);
  }

  async erase(): Promise<boolean> {
    const answer = await this.#turn(asStaff('ERASE_PATRON', 'erasePatron'), this.#life.stayingId);
    this.#life.isErased ||= answer?.state === 'DONE';
    return this.#life.isErased;
  }

  get #records(): readonly string[] {
    return [this.#life.leavingId, this.#life.stayingId];
  }

  #turn(action: Omit<Action, 'input'>, patronId: string) {
    return this.#clients.patrons.perform({ ...action, input: { patronId } });
  }
}

/** The registry's status of a closed record. */
const closed = 'C';

const asStaff = (kind: Action['kind'], field: string): Omit<Action, 'input'> => ({
  kind,
  field,
  caller: callerOf('staff of lives', ['patrons:write']),
  ...unobserved,
});

const checkIn: Omit<Action, 'input'> = {
  kind: 'CHECK_IN',
  field: 'checkIn',
  caller: stationCaller('return counter'),
  ...unobserved,
};
