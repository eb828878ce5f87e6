/**
 * The types for turning merged data (the merged answers of the subgraphs) into the client's answer.
 * `compile/compile-projection.ts` makes a table of `ProjectedField`s for each selection set. `project.ts` uses it to
 * read the merged data.
 *
 * For `{ me { number: id } }` the table of `me` has one field, `{ kind: 'leaf', key: '_2_id_number', responseKey:
 * 'number', … }`. The table turns `{ __typename: 'Patron', id: 'P1', _2_id_number: 'P1' }` into `{ number: 'P1' }`.
 */

import type { Block } from '../../deferred-block.ts';
import type { JsonObject } from '../../json.ts';
import type { AnswerBudget } from './answer-budget.ts';
import type { ClientPath, ResponseErrors } from './response-errors.ts';

export type ProjectedField =
  | (ValueCompletion & { readonly kind: 'value'; readonly key: string; readonly responseKey: string })
  | (ValueCompletion & {
      readonly kind: 'leaf';
      readonly key: string;
      readonly responseKey: string;
      readonly coerce: CoerceLeaf;
    })
  | {
      readonly kind: 'denied';
      readonly key: string;
      readonly responseKey: string;
      readonly coordinate: string;
      readonly nonNull: boolean;
      readonly deniedBy: string;
    }
  /** `__typename` of an object type. */
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
    }
  /** Fields that are delivered later, with the first of these blocks that is delivered. */
  | {
      readonly kind: 'deferred';
      readonly blocks: readonly Block[];
      readonly fields: readonly ProjectedField[];
    };

/** A field that is delivered together with its object. */
export type OwnField = Exclude<ProjectedField, { readonly kind: 'deferred' }>;

/** Fields of one object that are delivered later, with the first of `blocks` that is delivered. */
export interface DeferredGroup {
  readonly blocks: readonly Block[];
  readonly fields: readonly ProjectedField[];
  readonly source: JsonObject;
  /** The client's path to the object. */
  readonly path: readonly (string | number)[];
}

/** The rules for completing the value of a field, or of an item of a list. */
export interface ValueCompletion {
  /** The coordinate `Type.field`, for messages. */
  readonly coordinate: string;
  readonly nonNull: boolean;
  readonly complete: CompleteValue;
  readonly clientPath: ClientPath;
}

/**
 * Implements CompleteValue() of the spec: returns the value for the client. `value` is never null or undefined. The
 * result is undefined if there was an error, which is then already recorded. The nearest nullable field or list item
 * around the value then becomes null.
 */
export type CompleteValue = (value: unknown, context: ProjectionContext, depth: number) => unknown;

/** Returns the leaf for the client, or undefined if the value is not of the leaf's type. `value` is never null. */
export type CoerceLeaf = (value: unknown) => unknown;

/** The state of one projection. */
export interface ProjectionContext {
  readonly responseErrors: ResponseErrors;
  /**
   * The client's path. Segments are overwritten, and the list is never shortened. So for a value at `depth`, only the
   * first `depth` segments are valid.
   */
  readonly path: (string | number)[];
  /** The answers to root introspection fields, by response key. */
  readonly introspected: Readonly<Record<string, unknown>>;
  readonly shared: SharedObjects;
  readonly budget: AnswerBudget;
  /** The groups of deferred fields that the projected objects have. The projection fills this list. */
  readonly deferred: DeferredGroup[];
  /**
   * The object whose deferred fields are projected. Its other fields were in an earlier part. Null in the initial part.
   */
  readonly resumed: JsonObject | null;
}

/** The objects that occur several times in the merged data, and the latest projection of each. */
export type SharedObjects = Map<JsonObject, SharedProjection | null>;

export interface SharedProjection {
  readonly fields: readonly ProjectedField[];
  readonly object: JsonObject;
  /** The bytes of the answer's budget that the projection took. */
  readonly bytes: number;
}
