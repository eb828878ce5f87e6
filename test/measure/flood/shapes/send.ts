import { type Dispatcher, request } from 'undici';
import type { ShapedRequest } from './shapes.ts';

/** The outcome of a request, and the time that it took in ms. */
export interface Outcome {
  /** `answered`, a status such as `429`, the code of an error within an answer, or `no answer`. */
  readonly what: string;
  readonly ms: number;
  /** Whether a refusal says when to try again. True for an answer. */
  readonly saysWhen: boolean;
}

/** Matches an error or a problem that refuses the request for lack of a place, in an answer with status 200. */
const refusedWithin =
  /"(?:code|reason)":"(RATE_LIMITED|\w*UNAVAILABLE|UPSTREAM_\w+|TOO_MANY_REQUESTS|INTERNAL\w*)"/;

/** A wrong code on a form is answered with 422. */
const answered: readonly number[] = [200, 422];

export async function send({ url, headers, body }: ShapedRequest, dispatcher: Dispatcher): Promise<Outcome> {
  const startedAt = performance.now();
  const outcome = async () => {
    const response = await request(url, {
      dispatcher,
      method: body === null ? 'GET' : 'POST',
      headers,
      body,
    });
    const text = await response.body.text();
    const status = response.statusCode;
    const [, code = null] = refusedWithin.exec(text) ?? [];
    const what = answered.includes(status) ? (code ?? 'answered') : String(status);
    return { what, saysWhen: answered.includes(status) || response.headers['retry-after'] !== undefined };
  };
  const { what, saysWhen } = await outcome().catch(() => ({ what: 'no answer', saysWhen: false }));
  return { what, saysWhen, ms: performance.now() - startedAt };
}
