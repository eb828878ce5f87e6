import type { GraphQLInputType } from 'graphql';

/** The limits of one request's variables. A request that exceeds them is rejected. */
export interface VariableBounds {
  /** The largest number of items of one list. */
  readonly maxItems: number;
  /** The largest number of values in total. Leaves, lists and objects are each counted. */
  readonly maxValues: number;
}

/** The largest number of problems that are reported for one request. After that, nothing more is checked. */
const maxProblems = 20;

/** The path to a value in the variables. It becomes text only if there is a problem. */
export interface InputPath {
  readonly parent: InputPath | null;
  readonly key: string | number;
}

/** The path as text: `$wishes[0].of`. It has only the variable's name, names of the schema, and indexes. */
function printPath({ parent, key }: InputPath): string {
  if (parent === null) {
    return `$${key}`;
  }
  return typeof key === 'number' ? `${printPath(parent)}[${key}]` : `${printPath(parent)}.${key}`;
}

/** The state of coercing one request's variables: the problems, and the number of values so far. */
export class Coercion {
  readonly problems: string[] = [];
  readonly bounds: VariableBounds;
  #values = 0;
  #hasTooManyValues = false;

  constructor(bounds: VariableBounds) {
    this.bounds = bounds;
  }

  /** Whether the request is rejected and no further problem will be reported. */
  get isOver(): boolean {
    return this.#hasTooManyValues || this.problems.length === maxProblems;
  }

  /** Counts one more value. Returns false if the value must not be read. */
  countValue(): boolean {
    if (this.isOver) {
      return false;
    }
    this.#values += 1;
    if (this.#values > this.bounds.maxValues) {
      this.#hasTooManyValues = true;
      this.problems.push(`The variables have more than ${this.bounds.maxValues} values.`);
    }
    return !this.#hasTooManyValues;
  }

  addProblem(path: InputPath, problem: string): undefined {
    if (!this.isOver) {
      this.problems.push(`Variable "${printPath(path)}" ${problem}`);
    }
    return undefined;
  }

  addWrongType(path: InputPath, expected: GraphQLInputType): undefined {
    const article = /^[AEIO]/.test(String(expected)) ? 'an' : 'a';
    return this.addProblem(path, `must be ${article} ${expected}.`);
  }
}
