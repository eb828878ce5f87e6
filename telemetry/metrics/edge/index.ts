import type { Registry } from 'prom-client';
import type { SignInObserver } from '../../../edge/sign-in/observer.ts';
import type { Sip2Observer } from '../../../edge/sip2/observer.ts';
import type { ServerObserver } from '../../../platform/http/server-observer.ts';
import { measureGraphCalls } from './graph-calls.ts';
import { measureSignIn } from './sign-in.ts';
import { measureSip2 } from './sip2.ts';

export type EdgeMetrics = Required<Omit<SignInObserver & Sip2Observer, keyof ServerObserver>>;

/**
 * The metrics of sign-in, SIP2 and the web pages, without the metrics of their servers. Each of them runs in its own
 * process, or all run inside `npm start`.
 */
export const createEdgeMetrics = (registry: Registry): EdgeMetrics => ({
  ...measureGraphCalls(registry),
  ...measureSip2(registry),
  ...measureSignIn(registry),
});
