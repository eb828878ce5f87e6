import type { CacheStats } from '../../../platform/caches/weighted-cache.ts';
import type { CallClass } from '../../../platform/priority/call-classes.ts';
import { maxTextLength, OperationCache } from './operation-cache.ts';
import type { CompilationContext } from './operation-variant.ts';

/** Callers without a token have a cache of their own, so that they can't evict the operations of others. */
export interface CachesByCaller {
  readonly withToken: OperationCache;
  readonly anonymous: OperationCache;
}

/**
 * Opens the caches of operations. Without `classOfFields`, all operations have one call class, and one cache serves all
 * callers.
 */
export function openCaches(
  compilation: CompilationContext,
  classOfFields: ((coordinates: Iterable<string>) => CallClass) | undefined,
): CachesByCaller {
  const cacheOf = (maxLength: number) =>
    new OperationCache(compilation, classOfFields ?? (() => 'lending'), maxLength);
  const withToken = cacheOf(maxTextLength);
  return {
    withToken,
    anonymous: classOfFields === undefined ? withToken : cacheOf(maxTextLength / 4),
  };
}

export function statsOf({ withToken, anonymous }: CachesByCaller): Readonly<Record<string, CacheStats>> {
  if (withToken === anonymous) {
    return withToken.stats;
  }
  const { operations, plans } = anonymous.stats;
  return { ...withToken.stats, anonymousOperations: operations, anonymousPlans: plans };
}
