/**
 * Orders the parts of a plan once all of them are known: each has a level after all that it waits for, and is in the deferred
 * block of everything that waits for it.
 *
 * Before: a lookup at level 1 takes a context's value, which another lookup at level 1 gives.
 * After: the first is at level 2, and what waits for it at level 3.
 */
import { commonBlock } from '../deferred-blocks.ts';
import type { FetchPart } from './build-fetches.ts';

/** By their levels. A part stands after all that it waits for. */
export function orderParts(parts: readonly FetchPart[]): readonly FetchPart[] {
  if (parts.some(({ contexts }) => contexts.size > 0)) {
    postpone(parts);
  }
  const ordered = parts.toSorted((a, b) => a.level - b.level);
  for (const part of ordered.toReversed()) {
    for (const before of part.after) {
      before.block = commonBlock(before.block, part.block);
    }
  }
  return ordered;
}

/** Moves the parts that wait for a context's value to a level after it, and all that waits for them. */
function postpone(parts: readonly FetchPart[]): void {
  const levels = new Map<FetchPart, number>();
  const levelOf = (part: FetchPart, waiting: readonly FetchPart[]): number => {
    if (waiting.includes(part)) {
      throw new Error('a value of a context waits for itself');
    }
    const level =
      levels.get(part) ??
      [...part.after].reduce(
        (latest, before) => Math.max(latest, levelOf(before, [...waiting, part]) + 1),
        part.level,
      );
    levels.set(part, level);
    return level;
  };
  for (const part of parts) {
    levelOf(part, []);
  }
  for (const [part, level] of levels) {
    part.level = level;
  }
}
