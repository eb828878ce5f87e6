import { Automaton } from './automaton.ts';
import { parsePattern } from './parse-pattern.ts';
import { PatternError, type PatternNode } from './syntax-tree.ts';

/** A compiled pattern: a `RegExp` or an `Automaton`. */
export interface Matcher {
  test(text: string): boolean;
}

/**
 * The maximum number of ways, counted by `waysOf`, in which a JavaScript regular expression may match. A pattern with
 * more is matched by an automaton: a regular expression can't be interrupted, and a vendor's own pattern once took V8
 * 25 seconds.
 */
const maxWays = 1_000;
/** Bound on the size of a regular expression, which V8 compiles with its repetitions written out. */
const maxSize = 20_000;

/**
 * Compiles a regular expression of XML Schema. The matcher tests whole texts, in time that grows linearly with the
 * text. It is a JavaScript regular expression if the pattern has few ways to match. Otherwise it is an automaton, which
 * is slower for ordinary texts.
 *
 *     'P[0-9]{7}'      →  /^(?:[P][0-9]{7})$/v
 *     '([a-z]+\.?)+'   →  an automaton
 *
 * @throws {PatternError} The text is not a regular expression of XML Schema, or it has too many repetitions.
 */
export function compilePattern(source: string): Matcher {
  const tree = parsePattern(source);
  if (waysOf(tree) > maxWays) {
    return new Automaton(tree);
  }
  if (sizeOf(tree) > maxSize) {
    throw new PatternError('a pattern with too many repetitions');
  }
  return new RegExp(`^(?:${toJavaScript(tree)})$`, 'v');
}

/**
 * Estimates in how many ways the pattern can match the prefixes of a text. One unlimited loop over single characters is
 * left out of the estimate: it multiplies the ways only by the length of the text. The result is infinite if the
 * pattern has a second unlimited loop, repeats one, or has one over more than a single character.
 */
function waysOf(tree: PatternNode): number {
  let loops = 0;
  const count = (node: PatternNode): number => {
    switch (node.kind) {
      case 'set':
        return 1;
      case 'sequence':
        return node.items.reduce((ways, item) => ways * count(item), 1);
      case 'choice':
        return node.options.reduce((ways, option) => ways + count(option), 0);
      case 'repeat': {
        const { body, min, max } = node;
        if (max === Number.POSITIVE_INFINITY) {
          loops += 1;
          return loops > 1 || body.kind !== 'set' ? Number.POSITIVE_INFINITY : 1;
        }
        const loopsBefore = loops;
        const ways = count(body);
        // A repeated loop counts as several loops.
        if (loops > loopsBefore && max > 1) {
          return Number.POSITIVE_INFINITY;
        }
        return max === 0 ? 1 : ways ** max * (max - min + 1);
      }
      default:
        return node satisfies never;
    }
  };
  return count(tree);
}

function sizeOf(node: PatternNode): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'sequence':
      return node.items.reduce((size, item) => size + sizeOf(item), 0);
    case 'choice':
      return node.options.reduce((size, option) => size + sizeOf(option), 0);
    case 'repeat':
      return sizeOf(node.body) * Math.max(1, node.max === Number.POSITIVE_INFINITY ? node.min : node.max);
    default:
      return node satisfies never;
  }
}

function toJavaScript(node: PatternNode): string {
  switch (node.kind) {
    case 'set':
      return node.source;
    case 'sequence':
      return node.items.map(toJavaScript).join('');
    case 'choice':
      return `(?:${node.options.map(toJavaScript).join('|')})`;
    case 'repeat': {
      const body = node.body.kind === 'set' ? toJavaScript(node.body) : `(?:${toJavaScript(node.body)})`;
      const max = node.max === Number.POSITIVE_INFINITY ? '' : node.max;
      return `${body}{${node.min},${max}}`;
    }
    default:
      return node satisfies never;
  }
}
