import { afterAll, beforeAll } from 'vitest';

/**
 * Opens a resource before the first test of the file, or of the `describe` in which this is called, and disposes of it after the last.
 * The returned object passes each property on to the opened resource. Before the first test it has none: read it in tests and
 * in functions that tests call.
 */
export function openedForTests<Resource extends AsyncDisposable>(open: () => Promise<Resource>): Resource {
  let opened: Resource | null = null;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.[Symbol.asyncDispose]());
  const current = (): Resource => {
    if (opened === null) {
      throw new Error('the resource is opened when the first test starts: read it in a test');
    }
    return opened;
  };
  return new Proxy<Resource>(Object.create(null), {
    get: (_, key) => Reflect.get(current(), key),
    set: (_, key, value) => Reflect.set(current(), key, value),
    has: (_, key) => Reflect.has(current(), key),
  });
}
