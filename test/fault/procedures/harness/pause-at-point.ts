import type { Watch } from './call-points.ts';

/** Pauses a run at one point, together with everything that runs beside it, until it is resumed. */
export interface PausedRun {
  readonly watch: Watch;
  readonly watchJournal: Watch;
  /** Resolves when the run is paused. */
  readonly paused: Promise<void>;
  resume(): void;
}

/** `number`: the number of the point, from 1. */
export function pauseAt(number: number): PausedRun {
  const standing = Promise.withResolvers<void>();
  const going = Promise.withResolvers<void>();
  let passed = 0;
  let paused = false;
  const wait = async () => {
    if (paused) {
      await going.promise;
    }
  };
  return {
    async watch() {
      passed += 1;
      if (passed === number) {
        paused = true;
        standing.resolve();
      }
      await wait();
    },
    watchJournal: wait,
    paused: standing.promise,
    resume: () => going.resolve(),
  };
}
