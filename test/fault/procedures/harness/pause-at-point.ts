import type { Watch } from './call-points.ts';

/** Pauses a run at one point, with all its concurrent calls, until it is resumed. */
export interface PausedRun {
  readonly watch: Watch;
  readonly watchJournal: Watch;
  /** Resolves when the run is paused. */
  readonly paused: Promise<void>;
  resume(): void;
}

/** Pauses a run at the point with this number, from 1. */
export function pauseAt(number: number): PausedRun {
  const pausing = Promise.withResolvers<void>();
  const resuming = Promise.withResolvers<void>();
  let passed = 0;
  let paused = false;
  const wait = async () => {
    if (paused) {
      await resuming.promise;
    }
  };
  return {
    async watch() {
      passed += 1;
      if (passed === number) {
        paused = true;
        pausing.resolve();
      }
      await wait();
    },
    watchJournal: wait,
    paused: pausing.promise,
    resume: () => resuming.resolve(),
  };
}
