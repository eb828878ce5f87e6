/** The options of `follow`, and the types of its callbacks. */
import type { MissingValue } from '../missing.ts';

/** The fields that an event's selection must have, at least. */
export interface FollowedEvent {
  readonly id: string;
  readonly cursor: string;
}

/**
 * `catching up`: earlier events arrive, and the screen may be behind. `live`: the screen shows the present state.
 * `lost`: there is no connection; the screen is behind, and catches up by itself later.
 */
export type FollowStatus = 'catching up' | 'live' | 'lost';

/**
 * Why the lists must be read. `START`: `after` was left out. `NO_CURSOR`: the stream was opened without a cursor, and ended
 * before its first event.
 */
export type ReadAnewReason = 'START' | 'NO_CURSOR' | 'CURSOR_EXPIRED' | 'CURSOR_INVALID' | 'EVENTS_DROPPED';

/** The variables of a subscription with an argument `after`. */
export interface FollowVariables {
  readonly after?: readonly string[] | string | null | undefined;
}

export interface FollowOptions<Event> {
  /** The cursors of the lists on the screen, or that of the last event. Without it, `onReadAnew` is called first. */
  readonly after?: readonly string[];
  /**
   * Called for each event, in order, and for none twice. The next one waits until this one is handled. An error ends the
   * following.
   *
   * @param missing the values in the event that are null because they could not be read
   */
  onEvent(event: Event, missing: readonly MissingValue[]): void | Promise<void>;
  /**
   * Read the lists anew, and return their cursors. Called when there is nothing to go on from. With an empty list, events
   * from now on follow. It is called again after a pause if a cursor is missing, or if it rejects; unless the error is a
   * GraphError that is not temporary.
   */
  onReadAnew(why: ReadAnewReason): Promise<readonly (string | null | undefined)[]>;
  /** Called when the status changes. It begins with `catching up`. */
  onStatus?(status: FollowStatus): void;
  /** Called with each error after which the stream is opened again, or the lists are read again, later: for a log. */
  onError?(error: unknown): void;
  /** Ends the following. */
  readonly signal?: AbortSignal;
  /** Time without a sign of life after which the connection is given up, in ms. The graph sends one each 12 s. */
  readonly silentMs?: number;
  /** Time without an event after which the screen is `live`, in ms. The default is 1,000. */
  readonly quietMs?: number;
  /** Waits for `ms` before the stream is opened again. By default no longer than until the browser is online. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
  /** Returns a number from 0 up to 1, without 1. */
  random?(): number;
}

export type VariablesBesideAfter<All extends FollowVariables> =
  Record<string, never> extends Omit<All, 'after'>
    ? { readonly variables?: Omit<All, 'after'> }
    : { readonly variables: Omit<All, 'after'> };
