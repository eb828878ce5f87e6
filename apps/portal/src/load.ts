/** The content of each file that was requested, as a promise, so that each file is fetched only once. */
const fetched = new Map<string, Promise<unknown>>();

/**
 * Loads `content/NAME.json`, which the portal's build has made. Rejects if the file can't be fetched. The next call
 * then tries again.
 */
export function load<Content>(name: string): Promise<Content> {
  let content = fetched.get(name);
  if (content === undefined) {
    content = fetchJson(name);
    fetched.set(name, content);
    content.catch(() => fetched.delete(name));
  }
  return content as Promise<Content>;
}

async function fetchJson(name: string): Promise<unknown> {
  const response = await fetch(`${import.meta.env.BASE_URL}content/${name}.json`);
  if (!response.ok) {
    throw new Error(`${response.status} for ${name}`);
  }
  return await response.json();
}
