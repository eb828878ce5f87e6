import type { MissingValue } from '../missing.ts';

/** The fields that the selection of an event must contain, at least. */
export interface FollowedEvent {
  readonly id: string;
  readonly cursor: string;
}

/**
 * The status of the followed data:
 * - `catching up`: earlier events arrive, so the screen may be out of date.
 * - `live`: the screen is up to date.
 * - `lost`: there is no connection. The screen is out of date, and catches up later by itself.
 */
export type FollowStatus = 'catching up' | 'live' | 'lost';

/**
 * The reason why the lists must be read. `START`: the option `after` was left out. `NO_CURSOR`: the stream was opened
 * without a cursor, and ended before its first event.
 */
export type ReadAnewReason = 'START' | 'NO_CURSOR' | 'CURSOR_EXPIRED' | 'CURSOR_INVALID' | 'EVENTS_DROPPED';

/** The variables of a subscription with an argument `after`. */
export interface FollowVariables {
  readonly after?: readonly string[] | string | null | undefined;
}

export interface FollowOptions<Event> {
  /**
   * The cursors of the lists on the screen, or the cursor of the last event. If this option is left out, `onReadAnew`
   * is called first. If the list is empty, only events from now on are followed.
   */
  readonly after?: readonly string[];
  /**
   * Called once for each event, in order. The next event waits until this call has finished. If this function throws,
   * `follow` rejects.
   *
   * @param missing the values in the event that are null because they could not be read
   */
  onEvent(event: Event, missing: readonly MissingValue[]): void | Promise<void>;
  /**
   * Must read the lists again, and return their cursors. Called when there is no valid cursor. If the returned list is
   * empty, only events from now on are followed. If a cursor is missing, or if this function rejects, it is called
   * again after a pause. But a GraphError that is not temporary makes `follow` reject.
   */
  onReadAnew(why: ReadAnewReason): Promise<readonly (string | null | undefined)[]>;
  /** Called when the status changes. The first status is `catching up`. */
  onStatus?(status: FollowStatus): void;
  /** For a log. Called with each error after which the stream is opened again, or the lists are read again later. */
  onError?(error: unknown): void;
  /** When the signal aborts, `follow` ends. */
  readonly signal?: AbortSignal;
  /** Time without a sign of life after which the connection is given up, in ms. The graph sends heartbeats every 12 s. */
  readonly silentMs?: number;
  /** Time without an event after which the status becomes `live`, in ms. The default is 1,000. */
  readonly quietMs?: number;
  /** Waits for `ms` before the stream is opened again. The default ends the wait early when the browser comes online. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
  /** Returns a random number from 0 to below 1. */
  random?(): number;
}

export type VariablesBesideAfter<All extends FollowVariables> =
  Record<string, never> extends Omit<All, 'after'>
    ? { readonly variables?: Omit<All, 'after'> }
    : { readonly variables: Omit<All, 'after'> };
