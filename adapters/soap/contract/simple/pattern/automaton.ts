import { PatternError, type PatternNode } from './syntax-tree.ts';

/**
 * The maximum number of states of one pattern's automaton. A pattern that needs more is refused when the contract is
 * read.
 */
const maxStates = 10_000;
/**
 * The maximum number of transitions (`steps`) that one automaton caches. A transition leads from a set of states, by a
 * character, to the next set. A full cache is emptied.
 */
const maxKnownSteps = 5_000;

/** A state of the automaton. A state either takes a character of its `set`, or moves on without a character. */
interface State {
  /** Null if the state takes no character. */
  readonly set: RegExp | null;
  /** The numbers of the states that follow. */
  readonly next: number[];
}

/**
 * A set of states in which the automaton can be at the same time. `steps` caches the set that follows at each
 * character.
 */
interface StateSet {
  readonly states: readonly number[];
  readonly isFinal: boolean;
  readonly steps: Map<string, StateSet>;
}

/**
 * Matches whole texts against a pattern. Whatever the pattern, the time grows only linearly with the text. JavaScript's
 * regular expressions try one way of matching after another. A pattern such as `(a+)+b` has so many ways that a match
 * practically never ends. This automaton (K. Thompson, 1968) follows all ways at once, and caches its steps.
 */
export class Automaton {
  readonly #states: State[] = [];
  readonly #final: number;
  readonly #start: StateSet;
  readonly #known = new Map<string, StateSet>();
  #steps = 0;

  /** @throws {PatternError} The automaton would have too many states. */
  constructor(pattern: PatternNode) {
    const start = this.#add(null);
    this.#final = this.#append(pattern, start);
    this.#start = this.#setOf([start]);
  }

  test(text: string): boolean {
    let current = this.#start;
    for (const character of text) {
      let next = current.steps.get(character);
      if (next === undefined) {
        next = this.#step(current, character);
        this.#keep(current, character, next);
      }
      if (next.states.length === 0) {
        return false;
      }
      current = next;
    }
    return current.isFinal;
  }

  #keep(from: StateSet, character: string, to: StateSet): void {
    if (this.#steps >= maxKnownSteps) {
      this.#steps = 0;
      this.#known.clear();
      this.#start.steps.clear();
    }
    this.#steps += 1;
    from.steps.set(character, to);
  }

  #add(set: RegExp | null): number {
    if (this.#states.length >= maxStates) {
      throw new PatternError('a pattern with too many repetitions');
    }
    return this.#states.push({ set, next: [] }) - 1;
  }

  #link(from: number, to: number): void {
    this.#states[from]?.next.push(to);
  }

  /** Appends the states of a node to the state `from`. Returns the state after the node. */
  #append(node: PatternNode, from: number): number {
    switch (node.kind) {
      case 'set': {
        const state = this.#add(new RegExp(`^${node.source}$`, 'v'));
        this.#link(from, state);
        const end = this.#add(null);
        this.#link(state, end);
        return end;
      }
      case 'sequence':
        return node.items.reduce((last, item) => this.#append(item, last), from);
      case 'choice': {
        const end = this.#add(null);
        for (const option of node.options) {
          const start = this.#add(null);
          this.#link(from, start);
          this.#link(this.#append(option, start), end);
        }
        return end;
      }
      case 'repeat':
        return this.#appendRepeat(node.body, node.min, node.max, from);
      default:
        return node satisfies never;
    }
  }

  #appendRepeat(body: PatternNode, min: number, max: number, from: number): number {
    let last = from;
    for (let count = 0; count < min; count += 1) {
      last = this.#append(body, last);
    }
    const end = this.#add(null);
    this.#link(last, end);
    if (max === Number.POSITIVE_INFINITY) {
      const again = this.#add(null);
      this.#link(last, again);
      this.#link(this.#append(body, again), again);
      this.#link(again, end);
      return end;
    }
    for (let count = min; count < max; count += 1) {
      last = this.#append(body, last);
      this.#link(last, end);
    }
    return end;
  }

  #step(from: StateSet, character: string): StateSet {
    const targets = from.states.flatMap((number) => {
      const state = this.#states[number];
      return state?.set?.test(character) === true ? state.next : [];
    });
    return this.#setOf(targets);
  }

  /**
   * The states that the automaton can reach from `numbers` without reading a character. Only the final state, and
   * states that read a character, are kept.
   */
  #setOf(numbers: readonly number[]): StateSet {
    const reached = new Set(numbers);
    for (const number of reached) {
      const state = this.#states[number];
      if (state !== undefined && state.set === null) {
        for (const next of state.next) {
          reached.add(next);
        }
      }
    }
    const states = [...reached]
      .filter((number) => number === this.#final || this.#states[number]?.set !== null)
      .sort((a, b) => a - b);
    const key = states.join();
    const knownSet = this.#known.get(key);
    if (knownSet !== undefined) {
      return knownSet;
    }
    const set: StateSet = { states, isFinal: reached.has(this.#final), steps: new Map() };
    this.#known.set(key, set);
    return set;
  }
}
