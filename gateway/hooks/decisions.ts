/** The schemas of the decisions that hooks may return. A hook that returns anything else has failed. */
import { z } from 'zod';
import { headerName, headerValue, isRequestHeader } from '../transport/foreign/header-names.ts';
import type { HookName, Hooks } from './hooks.ts';

const text = z.string().max(1000);
const names = z.array(text).max(1000);

const reject = z
  .strictObject({
    code: z
      .string()
      .regex(/^[A-Z][A-Z_]{1,63}$/)
      .optional(),
    message: text.min(1),
  })
  .optional();

/** The headers that identify a request and its trace. The gateway sets them, so hooks may not set them. */
const ofTrace = /^(traceparent|tracestate|x-request-id)$/;

const requestHeader = z
  .string()
  .regex(headerName)
  .max(100)
  .toLowerCase()
  .refine((name) => isRequestHeader(name) && !ofTrace.test(name));

const headers = z.record(requestHeader, z.string().regex(headerValue));

type DecisionOf<Name extends HookName> = Hooks[Name] extends
  | { readonly run: (...args: never[]) => infer Decision }
  | undefined
  ? Exclude<Awaited<Decision>, undefined>
  : never;

export const decisionForms = {
  request: z.strictObject({ reject, context: z.unknown().optional() }),
  operation: z.strictObject({ reject, policies: names.optional(), labels: names.optional() }),
  subgraphRequest: z.strictObject({ reject, headers: headers.optional() }),
  subgraphAnswer: z.strictObject({ reject }),
  error: z.strictObject({
    errors: z
      .array(
        z.strictObject({ message: z.string(), extensions: z.record(z.string(), z.unknown()).optional() }),
      )
      .optional(),
  }),
  end: z.never(),
} as const satisfies { readonly [Name in HookName]: z.ZodType<DecisionOf<Name>> };

/** The largest decision of most hooks, in characters: hundreds of policies, or as many headers as servers accept. */
const maxCharacters = 16 * 1024;
/**
 * The largest decision of the hook `error`, in characters: a thousand errors, each with a message of a thousand
 * characters.
 */
const maxCharactersOfErrors = 1024 * 1024;

export const maxCharactersOf = (name: HookName): number =>
  name === 'error' ? maxCharactersOfErrors : maxCharacters;
