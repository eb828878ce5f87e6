import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { rootField } from '../running-system.ts';
import type { Library } from '../stories/library.ts';

/** Sends a document of the root field `field`, and returns the field. Fails the test unless the answer is whole. */
export async function send(
  { system }: Library,
  document: string,
  field: string,
  variables: object,
  token: string,
): Promise<unknown> {
  const { body } = await system.ask(document, { variables, token });
  expect(body.errors).toBeUndefined();
  return rootField(body, field);
}

export const done = { operation: { state: 'DONE' }, problems: [] };

/** Sends a mutation, and requires that it is done. */
export async function change(
  library: Library,
  document: string,
  field: string,
  input: object,
  token: string,
): Promise<void> {
  const variables = { input: { reference: randomUUID(), ...input } };
  expect(await send(library, document, field, variables, token)).toMatchObject(done);
}
