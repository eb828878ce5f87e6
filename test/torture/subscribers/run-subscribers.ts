import { setTimeout as sleep } from 'node:timers/promises';
import { createEncryption } from '../../../store/encryption/encryption.ts';
import type { PostgresDatabase } from '../../support/postgres.ts';
import { countMissed } from '../check/live/broken-streams.ts';
import { pause } from '../pause.ts';
import { type Random, randomOf } from '../random.ts';
import type { Scenario } from '../scenario.ts';
import { readDataKey } from '../system/journal-entries.ts';
import { sharedSecret } from '../system/replica-settings.ts';
import type { PatronGroup } from '../workload/patron-groups.ts';
import { protocolOf } from './event-streams.ts';
import type { LiveHistory } from './followed-stream.ts';
import type { Gateway, Gateways } from './gateways.ts';
import { readLog, readLogState, readToldOperations, recordErasedRows, toldEvents } from './read-log.ts';
import { StationService } from './station-service.ts';
import { Subscriber } from './subscriber.ts';
import {
  type FollowedRun,
  type SubscriberKind,
  type SubscriptionSources,
  subscribeAs,
  subscriberKinds,
} from './subscriptions.ts';

/** Kinds whose subscribers leave, so that others follow another patron or operation. */
const leaving: ReadonlySet<SubscriberKind> = new Set([
  'reader',
  'patron',
  'standing',
  'operation',
  'station',
]);
/** The time between two tries to begin a stream, and between two looks at a stream, in ms. */
const retryMs = 500;
const lookMs = 200;
/** The time for the follower to begin the log, in ms. */
const beginningMs = 60_000;
/** The time for the follower to number the last rows, and for subscribers to catch up, in ms. */
const numberingMs = 60_000;
const catchingUpMs = 120_000;

interface Sources {
  readonly context: FollowedRun;
  readonly scenario: Scenario;
  readonly seed: number;
  readonly gateways: Gateways;
  readonly database: PostgresDatabase;
  /** The data key of the database. */
  readonly dataKey: Uint8Array;
}

/** The subscribers of a run. Some stay from the beginning to the end, and others come and leave. */
export class Subscribers {
  readonly #sources: Sources;
  readonly #all: Subscriber[] = [];
  readonly #stations = new StationService();
  readonly #over = new AbortController();
  readonly #running: Promise<void>[] = [];

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  get gateways(): readonly Gateway[] {
    return this.#sources.gateways.all;
  }

  /** Lets subscribers come and leave until the signal aborts. Those who have not left then go on. */
  async run(group: () => PatronGroup, over: AbortSignal): Promise<void> {
    const { scenario } = this.#sources;
    const places = Array.from({ length: scenario.subscribers }, (_, place) => this.#take(place, group, over));
    const random = randomOf(this.#sources.seed, 'stations');
    const { gateways } = this.#sources;
    await Promise.all([...places, this.#stations.run({ gateways, random }, over)]);
  }

  /** Waits until everybody was told everything, or until the time for that is over, and ends all streams. */
  async finish(): Promise<LiveHistory> {
    const { database, dataKey, context } = this.#sources;
    for (const subscriber of this.#all) {
      subscriber.calm();
    }
    await poll(async () => (await readLogState(database)).unnumbered === 0, numberingMs);
    const log = await readLog(database, dataKey);
    const streams = () => this.#all.map(({ stream }) => stream);
    const staying = () => streams().filter(({ hasLeft }) => !hasLeft);
    await poll(async () => countMissed({ log, streams: staying() }) === 0, catchingUpMs);
    this.#over.abort();
    await Promise.all(this.#running);
    return {
      log,
      streams: streams(),
      operations: await readToldOperations(database),
      events: [...(await toldEvents(database, context.records)), ...this.#stations.recorded],
    };
  }

  /** One subscriber after another, of one kind and with one protocol. */
  async #take(place: number, group: () => PatronGroup, over: AbortSignal): Promise<void> {
    const { seed, scenario } = this.#sources;
    const kind = subscriberKinds[place % subscriberKinds.length] ?? 'library';
    const random = randomOf(seed, `subscriber ${place}`);
    for (let nth = 1; !over.aborted; nth += 1) {
      const subscriber = await this.#begin(kind, `${kind} ${place}.${nth}`, { random, group, place }, over);
      if (subscriber === null) {
        return;
      }
      const left = new AbortController();
      const running = subscriber.run(AbortSignal.any([this.#over.signal, left.signal]));
      this.#running.push(running);
      if (!leaving.has(kind)) {
        return;
      }
      const stays = pause(random.between(...scenario.leaveAfterMs), over);
      await (kind === 'operation' ? Promise.race([stays, untilFinal(subscriber, over)]) : stays);
      if (!over.aborted) {
        subscriber.leave();
        left.abort();
        await running;
      }
    }
  }

  /** Tries until a stream can begin. Null if the signal aborts before. */
  async #begin(
    kind: SubscriberKind,
    name: string,
    {
      random,
      group,
      place,
    }: { readonly random: Random; readonly group: () => PatronGroup; readonly place: number },
    over: AbortSignal,
  ): Promise<Subscriber | null> {
    const { context, gateways, database, dataKey } = this.#sources;
    const encryption = createEncryption(dataKey);
    const stations = this.#stations;
    const sources: SubscriptionSources = { context, group, gateways, stations, database, encryption, random };
    const origins = () => gateways.all.map(({ origin }) => origin);
    while (!over.aborted) {
      const subscription = await subscribeAs[kind](name, sources);
      if (subscription !== null) {
        // Each kind has each protocol, if there are enough subscribers.
        const protocol = protocolOf(place + Math.floor(place / subscriberKinds.length));
        const subscriber = new Subscriber(subscription, origins, protocol, random);
        this.#all.push(subscriber);
        return subscriber;
      }
      await pause(retryMs, over);
    }
    return null;
  }
}

/** The subscribers of a run, when the log of changes has begun. Call this before the first operation. */
export async function openSubscribers(sources: Omit<Sources, 'dataKey'>): Promise<Subscribers> {
  const { database } = sources;
  await recordErasedRows(database);
  await poll(async () => (await readLogState(database)).feed_sequence !== null, beginningMs);
  return new Subscribers({ ...sources, dataKey: await readDataKey(database, sharedSecret) });
}

/** Resolves some time after the operation was told to be settled. */
async function untilFinal(subscriber: Subscriber, over: AbortSignal): Promise<void> {
  const isFinal = () => ['DONE', 'REFUSED'].includes(subscriber.lastState ?? '');
  while (!over.aborted && !isFinal()) {
    await pause(lookMs, over);
  }
  await pause(lookMs, over);
}

async function poll(isSo: () => Promise<boolean>, maxMs: number): Promise<void> {
  const until = performance.now() + maxMs;
  while (!(await isSo()) && performance.now() < until) {
    await sleep(retryMs);
  }
}
