import { type Dispatcher, request } from 'undici';
import { z } from 'zod';

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).partial().optional() }))
    .optional(),
});
export type FloodAnswer = z.infer<typeof answer>;

/** A client, with the URL that it asks, its token and its address. */
export interface Client {
  readonly url: string;
  readonly token: string | null;
  /** The client's address, as a trusted proxy reports it. */
  readonly address: string;
  readonly dispatcher: Dispatcher;
}

/** Sends one request. Rejects if there is no answer. */
export async function ask(
  { url, token, address, dispatcher }: Client,
  query: string,
  variables: Record<string, unknown>,
): Promise<FloodAnswer> {
  const { body } = await request(url, {
    dispatcher,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': address,
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return answer.parse(await body.json());
}

/** The code of the first error; `ok` if there is no error. */
export const codeOf = ({ errors }: FloodAnswer): string =>
  errors === undefined ? 'ok' : (errors[0]?.extensions?.code ?? 'no code');
