import type { Watch } from './call-points.ts';

/** A system that stops at a point of its own, and with it all that goes on beside, until it is let go. */
export interface Stand {
  readonly watch: Watch;
  readonly watchJournal: Watch;
  /** Resolves when it stands. */
  readonly stands: Promise<void>;
  letGo(): void;
}

/** `number`: of the point, from 1. */
export function standAt(number: number): Stand {
  const standing = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  let passed = 0;
  let stands = false;
  const wait = async () => {
    if (stands) {
      await going.promise;
    }
  };
  return {
    async watch() {
      passed += 1;
      if (passed === number) {
        stands = true;
        standing.resolve();
      }
      await wait();
    },
    watchJournal: wait,
    stands: standing.promise,
    letGo: () => going.resolve(),
  };
}
