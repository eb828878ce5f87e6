import { z } from 'zod';
import {
  coreSystems,
  passwordVariable,
  type SystemEntry,
  systems,
  userVariable,
} from '../platform/systems.ts';
import { type Credentials, defaultLogin } from './added-systems.ts';

const shape = {
  NODE_ENV: z.enum(['', 'development', 'test', 'production']).optional(),
  /** The path of a seed. Empty for `seed.json`. */
  LEGACY_SEED: z.string().default(''),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** The port of the first system. The other systems get the next ports. 0 means any free port for each system. */
  PORT: z.coerce.number().int().min(0).max(65_000).default(coreSystems[0].simulator.port),
  /** CIRC's drop time. The circulation subgraph must be configured with the same value. */
  CIRC_DROP_AFTER_MS: z.coerce.number().int().min(100).max(999_999).default(30_000),
};

const portOf = ({ simulator }: SystemEntry, first: number): number =>
  first === 0 ? 0 : first + simulator.port - coreSystems[0].simulator.port;

const loginsIn = (entries: readonly SystemEntry[]) =>
  z.object(
    Object.fromEntries(
      entries.flatMap((entry) => {
        const login = defaultLogin(entry);
        return login === null
          ? []
          : [
              [userVariable(entry), z.string().min(1).default(login.user)],
              [passwordVariable(entry), z.string().min(1).default(login.password)],
            ];
      }),
    ),
  );

export const simulatorVariables: readonly string[] = [
  ...Object.keys(shape),
  ...Object.keys(loginsIn(systems).shape),
];

export interface SimulatorConfig {
  readonly seedFile: string;
  readonly host: string;
  readonly dropAfterMs: number;
  /** By the id of the system. */
  readonly ports: Readonly<Record<string, number>>;
  /** The logins by the id of the system. A system without a login is absent. */
  readonly credentials: Readonly<Record<string, Credentials>>;
}

/** @throws Error that names each invalid variable, but never its value. */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  entries: readonly SystemEntry[] = systems,
): SimulatorConfig {
  const environment = z.intersection(
    z.object(shape).transform((values) => ({ values })),
    loginsIn(entries).transform((logins) => ({ logins })),
  );
  const result = environment.safeParse(env);
  if (!result.success) {
    const wrong = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`the environment is not valid: ${wrong.join('; ')}`);
  }
  const { values, logins } = result.data;
  return Object.freeze({
    seedFile: values.LEGACY_SEED,
    host: values.HOST,
    dropAfterMs: values.CIRC_DROP_AFTER_MS,
    ports: Object.fromEntries(entries.map((entry) => [entry.id, portOf(entry, values.PORT)])),
    credentials: Object.fromEntries(
      entries.flatMap((entry) => {
        const [user, password] = [logins[userVariable(entry)], logins[passwordVariable(entry)]];
        return user === undefined || password === undefined ? [] : [[entry.id, { user, password }]];
      }),
    ),
  });
}
