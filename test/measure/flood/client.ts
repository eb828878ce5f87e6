import { type Dispatcher, request } from 'undici';
import { z } from 'zod';

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).partial().optional() }))
    .optional(),
});
export type FloodAnswer = z.infer<typeof answer>;

/** One client: where it asks, as whom, and from which address. */
export interface Client {
  readonly url: string;
  readonly token: string | null;
  /** As a trusted proxy says it. */
  readonly address: string;
  readonly dispatcher: Dispatcher;
}

/** Sends one request. Rejects where there is no answer. */
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

/** The code of the first error; `ok` where there is none. */
export const codeOf = ({ errors }: FloodAnswer): string =>
  errors === undefined ? 'ok' : (errors[0]?.extensions?.code ?? 'no code');
