import { type FaultCounts, makeWeather } from '../faults/legacy-faults.ts';
import { type Disturbances, freezeReplicas, jumpClock, killReplicas } from '../faults/replica-faults.ts';
import { pause } from '../pause.ts';
import { randomOf } from '../random.ts';
import type { Stage } from '../run-context.ts';
import type { RangeMs } from '../scenario.ts';
import { chooseAction, stationCaller } from './actions.ts';
import { Client } from './client.ts';
import { openDesk } from './desk.ts';
import type { Cast } from './patron-groups.ts';
import { openRegistrar } from './registrar.ts';
import { lendBehindItsBack } from './replacement-race.ts';

export interface Disturbed {
  readonly disturbances: Disturbances;
  readonly faults: FaultCounts;
}

/** Milliseconds between two looks at how far it is. */
const lookMs = 50;
/** Operations between two words of it. */
const progressEvery = 1_000;

/**
 * Everybody at work until enough has been asked for: stations, desks, who replaces cards, and who makes things fail. In the
 * end nothing fails, and every replica is there. Rejects where somebody can't go on.
 */
export async function askWhileDisturbed(stage: Stage): Promise<Disturbed> {
  const { scenario, seed, books, replicas } = stage;
  await using resources = new AsyncDisposableStack();
  const desk = resources.use(await openDesk(books, randomOf(seed, 'desk')));
  const registrar = resources.use(await openRegistrar(books, randomOf(seed, 'registrar')));
  const over = new AbortController();
  const disturbances: Disturbances = { kills: 0, freezes: 0, jumps: [], aheadMs: 0 };
  const cast = () => castNow(stage);
  const actors = [
    ...Array.from({ length: scenario.stations }, (_, index) => station(stage, index + 1, over.signal)),
    nowAndThen(scenario.deskEveryMs, () => desk.act(cast()), stage, 'times of the desk', over.signal),
    nowAndThen(
      scenario.replaceEveryMs,
      () => registrar.replaceCard(cast()),
      stage,
      'times of the registrar',
      over.signal,
    ),
    killReplicas(replicas, randomOf(seed, 'killer'), scenario, disturbances, over.signal),
    jumpClock(stage.database, randomOf(seed, 'clock'), scenario, disturbances, over.signal),
    freezeReplicas(replicas, randomOf(seed, 'freezer'), scenario, disturbances, over.signal),
    ...(scenario.behindItsBack === null
      ? []
      : [lendBehindItsBack(stage, scenario.behindItsBack, registrar, over.signal)]),
    untilEnough(stage, over),
  ];
  const weather = makeWeather(books, randomOf(seed, 'weather'), scenario, over.signal);
  const ended = await Promise.allSettled(
    [...actors, weather].map((actor) =>
      actor.catch((error: unknown) => {
        over.abort();
        throw error;
      }),
    ),
  );
  for (const one of ended) {
    if (one.status === 'rejected') {
      throw one.reason;
    }
  }
  return { disturbances, faults: await weather };
}

function castNow({ casts, log, scenario }: Stage): Cast {
  const turn = Math.floor(log.asked.length / scenario.operationsEach) % casts.length;
  const cast = casts[turn];
  if (cast === undefined) {
    throw new RangeError('there is nobody in the cast');
  }
  return cast;
}

async function station(stage: Stage, number: number, over: AbortSignal): Promise<void> {
  const { books, replicas, log, seed, scenario } = stage;
  const name = `station-${number}`;
  const random = randomOf(seed, name);
  const client = new Client(name, replicas, randomOf(seed, `replicas of ${name}`), log, scenario.patienceMs);
  const caller = stationCaller(name);
  while (!over.aborted) {
    const action = chooseAction({ books, cast: castNow(stage), random, station: caller });
    const answer = action === null ? null : await client.perform(action);
    // Who is told that a system can't be reached doesn't press the button as fast as it can be refused.
    if (answer === null || answer.problem === 'SYSTEM_UNAVAILABLE') {
      await pause(random.between(50, 300), over);
    }
  }
}

async function nowAndThen(
  every: RangeMs | null,
  act: () => Promise<void>,
  { seed }: Stage,
  name: string,
  over: AbortSignal,
): Promise<void> {
  if (every === null) {
    return;
  }
  const random = randomOf(seed, name);
  for (;;) {
    await pause(random.between(...every), over);
    if (over.aborted) {
      return;
    }
    await act();
  }
}

async function untilEnough({ scenario, log, progress }: Stage, over: AbortController): Promise<void> {
  const until = performance.now() + scenario.seconds * 1_000;
  let told = 0;
  while (!over.signal.aborted) {
    await pause(lookMs, over.signal);
    if (log.asked.length >= told + progressEvery) {
      told += progressEvery;
      progress(told);
    }
    if (log.asked.length >= scenario.operations || performance.now() >= until) {
      over.abort();
    }
  }
}
