/** Keeps a cache fresh with events, so that screens need no code for each event. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { follow } from '../follow/follow.ts';
import type {
  FollowedEvent,
  FollowOptions,
  FollowStatus,
  FollowVariables,
  VariablesBesideAfter,
} from '../follow/options.ts';
import { Timer } from '../follow/timer.ts';
import type { StreamTransport } from '../follow/transport.ts';
import { type Entity, indexFields, type Stale, staleAfter, type ThinEvent, together } from './stale.ts';

/** The cache of a client of the graph. */
export interface LiveCache {
  /** Queries on a screen are read again at once. All other stale queries are read again when they are shown next. */
  invalidate(stale: Stale): void;
  /**
   * Invalidates everything in the cache. Called when events may have been missed. New cursors were read before this
   * call, so the events after these cursors report all later changes.
   */
  invalidateAll(): void;
}

export interface RefreshOptions {
  /** The object that all of the events concern: the patron whom staff follow. */
  readonly about?: Entity;
  /** When the signal aborts, the cache is no longer kept fresh, and the subscription ends. */
  readonly signal?: AbortSignal;
}

/**
 * The time for which events are collected before the cache is invalidated, in ms. One action at a desk causes several
 * events, and a screen that was disconnected gets hundreds of missed events at once.
 */
const collectMs = 250;
/** The minimum time between two refetches of the same lists, in ms, however many events arrive. */
const restMs = 2_000;
/**
 * The time after which lists that the graph answers from its index are read once more, in ms. The index may apply a
 * change after the change's event.
 */
const indexMs = 5_000;
/** Data read within this time before a connection was lost is in doubt, in ms. The loss is noticed only after 30 s. */
const doubtMs = 60_000;

export interface KeepFreshOptions<Event>
  extends RefreshOptions,
    Pick<FollowOptions<Event>, 'onStatus' | 'signal' | 'silentMs' | 'quietMs' | 'pause' | 'random'> {
  /**
   * Reads the cursors: the positions from which to follow the stream of events. Called before the cache reads any data.
   */
  readCursors(): Promise<readonly (string | null | undefined)[]>;
}

/**
 * Follows a subscription, and makes the cache read again what has changed. This function must be called before the
 * screens read their lists.
 *
 * ```ts
 * await keepFresh(tanstackCache(client), overFetch({ url, token }), FollowMineDocument, ({ myChanges }) => myChanges, {
 *   readCursors: async () => [(await graph.ask(CursorDocument)).data.me.changesCursor],
 *   signal,
 * });
 * ```
 *
 * @param eventOf returns the event in the data
 * @throws as `follow`
 */
export async function keepFresh<Data, All extends FollowVariables, Event extends FollowedEvent & ThinEvent>(
  cache: LiveCache,
  transport: StreamTransport,
  document: TypedDocumentNode<Data, All>,
  eventOf: (data: Data) => Event | null | undefined,
  options: KeepFreshOptions<Event> & VariablesBesideAfter<All>,
): Promise<void> {
  const { onEvent, onStatus } = refreshing(cache, options);
  await follow<Data, All, Event>(transport, document, eventOf, {
    ...options,
    onEvent,
    onStatus(status) {
      onStatus(status);
      options.onStatus?.(status);
    },
    async onReadAnew() {
      const cursors = await options.readCursors();
      cache.invalidateAll();
      return cursors;
    },
  });
}

/**
 * Options of `follow` that make the cache read again what the events have made stale. Data that became stale shortly
 * before a connection was lost is read a second time, because the first reading may have failed.
 */
export function refreshing(
  cache: LiveCache,
  { about, signal }: RefreshOptions = {},
): { onEvent(event: ThinEvent): void; onStatus(status: FollowStatus): void } {
  let collected: Stale[] = [];
  let told: readonly { readonly at: number; readonly stale: Stale }[] = [];
  const lately = () => told.filter(({ at }) => performance.now() - at < doubtMs);
  let wasLost = false;
  const behind = new Set<string>();
  const batch = new Timer(() => {
    if (collected.length === 0) {
      return;
    }
    const stale = together(collected);
    collected = [];
    cache.invalidate(stale);
    batch.start(restMs);
    told = [...lately(), { at: performance.now(), stale }];
    for (const field of stale.fields.filter((name) => indexFields.has(name))) {
      behind.add(field);
      index.start(indexMs);
    }
  });
  const index = new Timer(() => {
    cache.invalidate({ entities: [], fields: [...behind] });
    behind.clear();
  });
  const collect = (...stales: readonly Stale[]) => {
    for (const stale of stales) {
      collected.push(stale);
    }
    if (!batch.isRunning && signal?.aborted !== true) {
      batch.start(collectMs);
    }
  };
  signal?.addEventListener(
    'abort',
    () => {
      batch.stop();
      index.stop();
    },
    { once: true },
  );
  return {
    onEvent(event) {
      const { entities, fields } = staleAfter(event);
      collect({ entities: about === undefined ? entities : [...entities, about], fields });
    },
    onStatus(status) {
      if (status === 'lost' && !wasLost) {
        wasLost = true;
        told = lately();
      } else if (status === 'live' && wasLost) {
        wasLost = false;
        collect(...told.map(({ stale }) => stale));
      }
    },
  };
}
