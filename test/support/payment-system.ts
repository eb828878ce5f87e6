import { expect } from 'vitest';

interface WithLegacy {
  readonly legacy: { readonly all: ReadonlyMap<string, { readonly url: string }> };
}

/**
 * Plays what is outside of the simulated payment system: `{ pay }` is the bank or the till, `{ expire }` ends a payment's
 * time, `{ raise }` is a new charge, and `{ clock }` moves its clock. Resolves to the answer.
 */
export async function playOutside<Told = object>({ legacy }: WithLegacy, wanted: object): Promise<Told> {
  const answer = await fetch(`${legacy.all.get('rps')?.url}/control`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wanted),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Told;
}
