/** What an operation compiles to for its answer, and what one projection of it works with: data that both halves share. */
import type { ReadLeaf } from './compile/leaf.ts';
import type { JsonObject } from './json.ts';
import type { Budget } from './run/answer-budget.ts';
import type { ResponseErrors } from './run/response-errors.ts';

/** The objects of the merged data that stand in several places at once, and how each was projected last. */
export type SharedObjects = Map<JsonObject, Projected | null>;

export interface Projected {
  readonly fields: readonly ProjectedField[];
  readonly object: JsonObject;
  /** What it took of the answer's budget. */
  readonly bytes: number;
}

/** One projection under way. */
export interface Projecting {
  readonly responseErrors: ResponseErrors;
  /** The client's path; of a value at `depth`, the first `depth` of it. Written over, never cut. */
  readonly path: (string | number)[];
  /** The answers to the introspection fields, by response key. */
  readonly introspected: Readonly<Record<string, unknown>>;
  readonly shared: SharedObjects;
  readonly budget: Budget;
}

/**
 * A value as the client gets it. Undefined means null with an error that is emitted already: it makes null what
 * can't be without it, up to the next nullable field or item. Never given null or undefined.
 */
export type Complete = (value: unknown, projecting: Projecting, depth: number) => unknown;

/** A field or a list's item: what may be null, and how the rest is completed. */
export interface Position {
  /** `Type.field`, for messages. */
  readonly coordinate: string;
  readonly nonNull: boolean;
  readonly complete: Complete;
  /** Translates a path below into the client's keys. */
  readonly below: (rest: readonly (string | number)[]) => readonly (string | number)[];
}

export type ProjectedField =
  | (Position & { readonly kind: 'value'; readonly key: string; readonly responseKey: string })
  | (Position & {
      readonly kind: 'leaf';
      readonly key: string;
      readonly responseKey: string;
      readonly read: ReadLeaf;
    })
  | {
      readonly kind: 'denied';
      readonly key: string;
      readonly responseKey: string;
      readonly coordinate: string;
      readonly nonNull: boolean;
      readonly deniedBy: string;
    }
  /** `__typename` where only one type is possible. */
  | { readonly kind: 'constant'; readonly key: string; readonly responseKey: string; readonly value: string }
  /** `__typename` of an abstract type. */
  | {
      readonly kind: 'typename';
      readonly key: string;
      readonly responseKey: string;
      readonly possible: ReadonlySet<string>;
      readonly coordinate: string;
    }
  | {
      readonly kind: 'introspection';
      readonly key: string;
      readonly responseKey: string;
      readonly nonNull: boolean;
    };
