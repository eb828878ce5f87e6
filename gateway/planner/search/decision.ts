/**
 * A decision of the search: where one want of an object comes from. This file says what it is about, what it has to meet, and
 * what comes of it; `outcomes.ts` makes it.
 */
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { TypeSet } from '../type-sets.ts';
import type { Place } from './places.ts';
import { outOfReach } from './reach/reach.ts';
import type { Question } from './split-wants.ts';
import type { State, Step } from './state.ts';

/** The object that is planned for. */
export interface Position {
  /** Undefined for the root of the operation. */
  readonly place: Place | undefined;
  readonly objects: TypeSet;
}

/** What an outcome has to meet. */
export interface Need {
  /** The field must be there before this level. */
  readonly limit: number;
  /** Subgraphs that have given what they can. */
  readonly tried: readonly number[];
  /** A lookup demands it: it is needed as a whole. */
  readonly isDemand: boolean;
  /** The deferred block that it is for. Undefined: that of the object. */
  readonly block: DeferredBlock | undefined;
}

export const anyhow: Need = { limit: outOfReach, tried: [], isDemand: false, block: undefined };

/** A state in which one want is decided, and the steps that give it. */
export interface Outcome {
  readonly state: State;
  readonly steps: readonly Step[];
}

/** The outcomes of one want. For a demand there may be none; otherwise the want may be left. */
export type Decide = (position: Position, state: State, question: Question, need: Need) => readonly Outcome[];
