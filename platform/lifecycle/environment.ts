/**
 * Reads the environment for the configurations of all processes. This file handles unset variables, common forms of
 * values, and the messages.
 */
import { z } from 'zod';
import { removedVariablesIn } from '../config/removed-variables.ts';
import { messageOf } from './message-of.ts';
import { secretsVariable, withSecretsFromFiles } from './secrets.ts';
import { weakSecretsToRefuse } from './weak-secrets.ts';

/** A variable with a wrong value, and the reason. */
export interface VariableIssue {
  readonly name: string;
  readonly message: string;
}

/**
 * Reads the variables that `schema` has. An empty variable is the same as an unset one. The variables in `secretNames`
 * may be in files. Production refuses secrets that are too easy to guess.
 * @throws Error that quotes no secret. There are four kinds of faults, checked in this order. The error names all
 * variables with the first kind that occurs:
 * - A removed variable is set, and the process would run less safely than intended (`isRefused`).
 * - The file of a secret can't be used.
 * - A variable is missing or wrong. The error then also names all other removed variables that are set.
 * - A secret is too easy to guess.
 */
export function readEnvironment<Values>(
  schema: z.ZodType<Values>,
  env: NodeJS.ProcessEnv,
  secretNames: readonly string[] = [],
): Values {
  const gone = removedVariablesIn(env);
  const refused = gone.filter(({ isRefused }) => isRefused);
  if (refused.length > 0) {
    throw new Error(`The environment can't be used:\n${refused.map(({ message }) => message).join('\n')}`);
  }
  const variables = withSecretsFromFiles(env, secretNames);
  const isSet = ([, value]: readonly [string, string | undefined]) => value !== '';
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(variables).filter(isSet)));
  if (!parsed.success) {
    // The operator may have set a removed variable instead of the missing one. So the error also names removed
    // variables.
    const reasons = [z.prettifyError(parsed.error), ...gone.map(({ message }) => message)];
    throw new Error(`The environment can't be used:\n${reasons.join('\n')}`);
  }
  const weak = env.NODE_ENV === 'production' ? weakSecretsToRefuse(variables, secretNames) : [];
  if (weak.length > 0) {
    const reason = 'is too easy to guess for production: set a random one (openssl rand -hex 32)';
    throw new Error(`The environment can't be used:\n${weak.map((name) => `${name} ${reason}`).join('\n')}`);
  }
  return parsed.data;
}

export interface Environment<Values> {
  /** The names of the variables. `SECRETS_DIR` is among them if a variable may be in a file. */
  readonly variables: readonly string[];
  /** @throws Error of `readEnvironment` */
  read(env: NodeJS.ProcessEnv): Values;
}

/**
 * Defines the variables of a process, and how they are read. `secrets` are the variables that may be in files. `issues`
 * finds errors that are about several variables together.
 */
export function defineEnvironment<Shape extends z.ZodRawShape>(
  shape: Shape,
  secrets: readonly string[] = [],
  issues: (values: z.infer<z.ZodObject<Shape>>) => readonly VariableIssue[] = () => [],
): Environment<z.infer<z.ZodObject<Shape>>> {
  const schema = z.object(shape).superRefine(reportIssues(issues));
  return {
    variables: [...Object.keys(shape), ...(secrets.length === 0 ? [] : [secretsVariable])],
    read: (env) => readEnvironment(schema, env, secrets),
  };
}

/**
 * Finds variables whose values production doesn't allow. Each of `urls` must be set and be https. Each of `forbidden`,
 * which are for demonstrations, must be unset.
 */
export function productionIssues(
  values: Readonly<Record<string, unknown>>,
  urls: readonly string[],
  forbidden: readonly string[],
): readonly VariableIssue[] {
  if (values.NODE_ENV !== 'production') {
    return [];
  }
  const isHttps = (value: unknown) => typeof value === 'string' && value.startsWith('https:');
  return [
    ...urls
      .filter((name) => !isHttps(values[name]))
      .map((name) => ({ name, message: 'must be https in production' })),
    ...forbidden
      .filter((name) => values[name] !== undefined)
      .map((name) => ({ name, message: 'is not for production' })),
  ];
}

/**
 * Makes a check for `superRefine`. The check reports the errors that `find` returns, which are about several variables
 * together.
 */
export const reportIssues =
  <Values>(find: (values: Values) => readonly VariableIssue[]) =>
  (values: Values, context: z.RefinementCtx<Values>): void => {
    for (const { name, message } of find(values)) {
      context.addIssue({ code: 'custom', path: [name], message });
    }
  };

/** A whole number within bounds. The error message calls it `kind`. */
export function wholeNumber(min: number, max: number, kind = 'a whole number') {
  const message = `must be ${kind}, ${min} to ${max}`;
  return z
    .string()
    .regex(new RegExp(`^\\d{1,${String(max).length}}$`), message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

/** A TCP port. If it is 0, the system picks a free one. */
export const port = wholeNumber(0, 65_535, 'a port');

export const logLevel = z
  .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
    error: 'must be fatal, error, warn, info, debug or silent',
  })
  .default('info');

/** A misspelt `production` in `NODE_ENV` must be an error: the process would run without the checks of production. */
export const nodeEnv = z
  .enum(['development', 'test', 'production'], {
    error: 'must be development, test or production, or not be set',
  })
  .optional();

/** A switch that is off unless the variable is `1`. */
export const switchedOn = z.literal('1', { error: 'must be 1, or not be set' }).optional();

/** Whether a process creates the database tables that are missing. */
export const migrateAtStart = z.enum(['0', '1'], { error: 'must be 0 or 1' }).optional();

/** `abort` stops at the first error: a later check may parse the URL, so it must not run on an invalid one. */
export const httpUrl = (error = 'must be an http or https URL') =>
  z.url({ protocol: /^https?$/, error, abort: true });

/** The origin of pages: an http or https URL without a path. */
export const httpOrigin = httpUrl().refine((text) => {
  const url = new URL(text);
  return url.href === `${url.origin}/`;
}, 'must be an origin, such as https://library.example');

/** A text that `parse` turns into a value. `parse` throws an Error whose message says what is wrong. */
export const parsedBy = <Value>(parse: (text: string) => Value) =>
  z.string().transform((text, context): Value => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: messageOf(error) });
      return z.NEVER;
    }
  });

/** An IP address, or a network in CIDR notation. */
export const addressRange = (error: string) => z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], error);

/** The proxies in front of a process, separated by commas. */
export const proxyList = z
  .string()
  .transform((text) => text.split(',').map((range) => range.trim()))
  .pipe(z.array(addressRange('must be addresses or networks, as in 10.0.0.5,10.1.0.0/16')));
