import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { RunningSystem } from '../system/running-system.ts';

interface OpenPages extends AsyncDisposable {
  readonly system: Pick<RunningSystem, 'legacy'>;
  takeBack(): Promise<unknown>;
}

/** The time limit for opening pages, in ms. It includes building the pages that have changed. */
const openingMs = 240_000;

/**
 * Shares pages between the tests of a `describe`. The pages open before the first test and close after the last. After
 * each test their tabs are closed and the simulators' faults are cleared. A test gets the pages from the returned
 * function.
 */
export function sharedPages<Pages extends OpenPages>(open: () => Promise<Pages>): () => Pages {
  let opened: Pages | null = null;
  const pages = (): Pages => opened ?? expect.fail('the pages are not open yet');
  beforeAll(async () => {
    opened = await open();
  }, openingMs);
  afterEach(async () => {
    const { prs, cms, circ } = pages().system.legacy;
    for (const { faults } of [prs, cms, circ]) {
      faults.clear();
    }
    await pages().takeBack();
  });
  afterAll(() => opened?.[Symbol.asyncDispose]());
  return pages;
}
