import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

/**
 * Opens a resource before the first test of the file, or of the `describe` in which this is called. Disposes of it
 * after the last test. The returned object acts as the opened resource. It has no properties before the first test, so
 * read its properties in tests and in functions that tests call.
 * @param timeoutMs for opening the resource. Default: Vitest's `hookTimeout`.
 */
export function openedForTests<Resource extends AsyncDisposable>(
  open: () => Promise<Resource>,
  timeoutMs?: number,
): Resource {
  return opened(open, beforeAll, afterAll, timeoutMs);
}

/** Like `openedForTests`, but with a new resource for each test. */
export function openedForEachTest<Resource extends AsyncDisposable>(open: () => Promise<Resource>): Resource {
  return opened(open, beforeEach, afterEach);
}

type Hook = (run: () => Promise<void>, timeoutMs?: number) => void;

function opened<Resource extends AsyncDisposable>(
  open: () => Promise<Resource>,
  before: Hook,
  after: Hook,
  timeoutMs?: number,
): Resource {
  let resource: Resource | null = null;
  before(async () => {
    resource = await open();
  }, timeoutMs);
  after(async () => {
    await resource?.[Symbol.asyncDispose]();
    resource = null;
  });
  const current = (): Resource => {
    if (resource === null) {
      throw new Error('the resource is open during tests only: read it in a test');
    }
    return resource;
  };
  return new Proxy<Resource>(Object.create(null), {
    get(_, key) {
      const value: unknown = Reflect.get(current(), key);
      return typeof value === 'function' ? value.bind(current()) : value;
    },
    set: (_, key, value) => Reflect.set(current(), key, value),
    has: (_, key) => Reflect.has(current(), key),
    ownKeys: () => Reflect.ownKeys(current()),
    getOwnPropertyDescriptor(_, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(current(), key);
      // A proxy may show a property that its target lacks only if the property is configurable.
      return descriptor && { ...descriptor, configurable: true };
    },
  });
}
