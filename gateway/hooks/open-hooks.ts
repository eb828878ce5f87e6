import type { FastifyBaseLogger } from 'fastify';
import type { z } from 'zod';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import type { GatewayObserver } from '../observer.ts';
import { decisionForms, maxCharactersOf } from './decisions.ts';
import type {
  EndEvent,
  ErrorDecision,
  ErrorEvent,
  Hook,
  HookName,
  Hooks,
  OperationDecision,
  OperationEvent,
  RequestDecision,
  RequestEvent,
  SubgraphAnswerDecision,
  SubgraphAnswerEvent,
  SubgraphRequestDecision,
  SubgraphRequestEvent,
} from './hooks.ts';
import { HookRunner } from './run-hook.ts';

/** The hooks of a gateway, by name. A hook is null if it is not configured. */
export interface OpenHooks {
  readonly request: HookRunner<RequestEvent, RequestDecision> | null;
  readonly operation: HookRunner<OperationEvent, OperationDecision> | null;
  readonly subgraphRequest: HookRunner<SubgraphRequestEvent, SubgraphRequestDecision> | null;
  readonly subgraphAnswer: HookRunner<SubgraphAnswerEvent, SubgraphAnswerDecision> | null;
  readonly error: HookRunner<ErrorEvent, ErrorDecision> | null;
  readonly end: HookRunner<EndEvent, undefined> | null;
}

/** Returns undefined if there are no hooks at all. Requests then skip the code for hooks. */
export function openHooks(
  hooks: Hooks,
  observers: { readonly observer: GatewayObserver; readonly log: FastifyBaseLogger },
): OpenHooks | undefined {
  const names = Object.keys(withoutUndefined(hooks));
  if (names.length === 0) {
    return undefined;
  }
  observers.observer.hooksConfigured?.(names);
  const runnerOf = <Event, Decision>(
    name: HookName,
    hook: Hook<Event, Decision> | undefined,
    form: z.ZodType<Decision>,
    fits: (decision: Decision, event: Event) => boolean = () => true,
  ) =>
    hook === undefined
      ? null
      : new HookRunner(hook, { name, form, fits, maxCharacters: maxCharactersOf(name), ...observers });
  return {
    request: runnerOf('request', hooks.request, decisionForms.request),
    operation: runnerOf('operation', hooks.operation, decisionForms.operation),
    subgraphRequest: runnerOf('subgraphRequest', hooks.subgraphRequest, decisionForms.subgraphRequest),
    subgraphAnswer: runnerOf('subgraphAnswer', hooks.subgraphAnswer, decisionForms.subgraphAnswer),
    error: runnerOf(
      'error',
      hooks.error,
      decisionForms.error,
      ({ errors: shown }, { errors }) => shown === undefined || shown.length === errors.length,
    ),
    end: runnerOf('end', hooks.end, decisionForms.end),
  };
}

/** Whether a hook can change answers. The answers to one request may then differ between clients. */
export const changesAnswers = (hooks: OpenHooks | undefined): boolean =>
  Object.entries(hooks ?? {}).some(([name, runner]) => name !== 'end' && runner !== null);
