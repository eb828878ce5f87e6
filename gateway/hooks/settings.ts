import { z } from 'zod';
import type { HookName, Hooks } from './hooks.ts';

const notAnObject = 'must be an object';
const flag = z.boolean('must be true or false').optional();

/** The number of headers is limited, because each header costs time in each request. */
const headers = z
  .array(
    z
      .string('must be the name of a header')
      .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, 'must be the name of a header')
      .toLowerCase(),
    'must be a list of names of headers',
  )
  .max(100, 'must have 100 names at most')
  .optional();

const asksOfAll = { headers, caller: flag };
const asksWithVariables = { ...asksOfAll, variables: flag };

const timeout = 'must be a whole number, 1 to 10000';

const hook = (asks: z.ZodRawShape) =>
  z
    .strictObject(
      {
        run: z.custom<(...args: never[]) => never>((run) => typeof run === 'function', 'must be a function'),
        asks: z.strictObject(asks, notAnObject).optional(),
        timeoutMs: z.int(timeout).min(1, timeout).max(10_000, timeout).optional(),
      },
      notAnObject,
    )
    .optional();

/** `hooks` in a configuration file. */
export const hooksSetting = z.strictObject(
  {
    request: hook(asksOfAll),
    operation: hook(asksWithVariables),
    subgraphRequest: hook(asksWithVariables),
    subgraphAnswer: hook(asksOfAll),
    error: hook(asksOfAll),
    end: hook(asksOfAll),
  } satisfies Record<HookName, z.ZodType>,
  notAnObject,
) as z.ZodType<Hooks>;
