import type { GatewayConfiguration } from '../../../../gateway/configuration/types.ts';
import type { HookName, Hooks } from '../../../../gateway/hooks/hooks.ts';
import { type RunningGateway, startOver } from '../from-file/running.ts';
import { createWorld, type World } from '../from-file/supergraph-fixture.ts';

/** A graph in which a field has a policy, and another is overridden where a label is on. */
export async function createGuardedWorld(): Promise<World> {
  const world = await createWorld();
  await world.write(
    world.supergraph((sdl) =>
      sdl
        .replace(
          'schema @link',
          'schema @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY) @link',
        )
        .replace(
          'anything: Anything @join__field(graph: ACCOUNTS)',
          '$& @policy(policies: [["p", "q"], ["r"]])',
        )
        .replace(
          'me: User @join__field(graph: ACCOUNTS)',
          'me: User @join__field(graph: ACCOUNTS, overrideLabel: "by-hand") @join__field(graph: REVIEWS, override: "accounts", overrideLabel: "by-hand")',
        ),
    ),
  );
  return world;
}

export const startHooked = (
  world: World,
  hooks: Hooks,
  env: NodeJS.ProcessEnv = {},
  configuration: GatewayConfiguration = {},
): Promise<RunningGateway> => startOver(world, env, { ...configuration, hooks });

/** The functions of all hooks. Those that are absent decide nothing. */
type Runs = { -readonly [Name in HookName]?: NonNullable<Hooks[Name]>['run'] };

/**
 * A gateway whose hooks call the functions in `runs`, which a test may replace. It takes a second to start one. Every
 * hook asks for the header `x-as`, and gets 200 ms.
 */
export async function startReplaceable(world: World): Promise<RunningGateway & { runs: Runs }> {
  const current: { runs: Runs } = { runs: {} };
  const settings = { asks: { headers: ['X-As'] }, timeoutMs: 200 };
  const gateway = await startHooked(world, {
    request: { ...settings, run: (...args) => current.runs.request?.(...args) },
    operation: { ...settings, run: (...args) => current.runs.operation?.(...args) },
    subgraphRequest: { ...settings, run: (...args) => current.runs.subgraphRequest?.(...args) },
    subgraphAnswer: { ...settings, run: (...args) => current.runs.subgraphAnswer?.(...args) },
    error: { ...settings, run: (...args) => current.runs.error?.(...args) },
    end: { ...settings, run: (...args) => current.runs.end?.(...args) },
  });
  return Object.defineProperty(Object.assign(gateway, current), 'runs', {
    get: () => current.runs,
    set: (runs: Runs) => {
      current.runs = runs;
    },
  });
}

/** The lines in the log that tell of failures. */
export const failuresIn = ({ log }: RunningGateway): readonly Readonly<Record<string, unknown>>[] =>
  log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'a hook has failed');
