import {
  type GraphError,
  newReference,
  type SettledPayload,
  settle,
  type TypedDocumentNode,
} from '@patron-graph/kit';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useGraph } from './graph-provider.tsx';
import { asGraphError } from './use-query.ts';

export type MutationState = 'idle' | 'sending' | 'unsettled' | 'done' | 'refused' | 'failed';

/** The variables of an operation that has a reference. The operation is done once for each reference. */
export interface WithReference {
  readonly input: { readonly reference: string };
}
type Without<Input, Name extends string> = Input extends unknown ? Omit<Input, Name> : never;
/** The variables without the reference, which `useMutation` adds. */
export type WithoutReference<Variables extends WithReference> = Omit<Variables, 'input'> & {
  readonly input: Without<Variables['input'], 'reference'>;
};

export interface Mutation<Variables extends WithReference, Payload> {
  /**
   * Sends the mutation with a new reference, repeatedly until it is settled. If the last run had the same variables and
   * an unknown outcome, its reference is used again. The operation is then done only once. Resolves to the settled
   * payload. The result is null if the mutation failed, if it was given up (`reset`, unmounting), or if an earlier run is
   * still under way.
   */
  run(variables: WithoutReference<Variables>): Promise<Payload | null>;
  /**
   * Sends the same mutation again with the same reference, so that it is done only once. For use in the state `failed`.
   */
  retry(): Promise<Payload | null>;
  readonly state: MutationState;
  /** Whether the mutation is sent but not settled yet. */
  readonly busy: boolean;
  /**
   * The last payload; null before there is an answer. The payload stays if the state changes from `unsettled` to
   * `failed`.
   */
  readonly payload: Payload | null;
  /** Null unless the state is `failed`. */
  readonly error: GraphError | null;
  /** Goes back to the state `idle`. An operation that was sent continues at the library. */
  reset(): void;
}

interface Progress<Payload> {
  readonly state: MutationState;
  readonly payload: Payload | null;
  readonly error: GraphError | null;
}

const idle = { state: 'idle', payload: null, error: null } as const;

interface Sent<Variables, Payload> {
  readonly variables: Variables;
  /** The variables without `input.reference`, as JSON. Two runs with the same text request the same change. */
  readonly asked: string;
  /**
   * Whether the operation may have been done. True from the first attempt until the operation is settled or rejected.
   */
  isOpen: boolean;
  /** The last payload; null before there is one. */
  payload: Payload | null;
}

interface Callbacks<Data, Variables, Payload> {
  payloadOf(data: Data): Payload | null | undefined;
  readonly onDone: ((payload: Payload) => void) | undefined;
  readonly onSend: ((variables: Variables) => void) | undefined;
  readonly onRejected: ((variables: Variables) => void) | undefined;
}

/** Sends a mutation until it is settled, and keeps the progress. */
function useSending<Data, Variables extends WithReference, Payload extends SettledPayload>(
  document: TypedDocumentNode<Data, Variables>,
  latest: RefObject<Callbacks<Data, Variables, Payload>>,
) {
  const graph = useGraph();
  const [progress, setProgress] = useState<Progress<Payload>>(idle);
  const underWay = useRef<AbortController | null>(null);
  useEffect(() => () => underWay.current?.abort(), []);
  const send = useCallback(
    async (sent: Sent<Variables, Payload>): Promise<Payload | null> => {
      const { variables, isOpen: isSentAgain } = sent;
      const { onRejected: tellRejected } = latest.current;
      const waiting = new AbortController();
      underWay.current = waiting;
      const show = (state: MutationState, error: GraphError | null = null) => {
        if (underWay.current === waiting && !waiting.signal.aborted) {
          setProgress({ state, payload: sent.payload, error });
        }
      };
      sent.isOpen = true;
      show('sending');
      try {
        const ask = graph.ask as (
          asked: TypedDocumentNode<Data, Variables>,
          given: Variables,
        ) => ReturnType<typeof graph.ask<Data, Variables>>;
        const payload = await settle(
          () => ask(document, variables),
          (data) => latest.current.payloadOf(data),
          {
            isSentAgain,
            onUnsettled: (unsettled) => {
              sent.payload = unsettled;
              show('unsettled');
            },
            signal: waiting.signal,
          },
        );
        sent.isOpen = false;
        sent.payload = payload;
        show(payload.operation.state === 'DONE' ? 'done' : 'refused');
        return payload;
      } catch (thrown) {
        const error = asGraphError(thrown);
        sent.isOpen = !error.isRejected;
        show('failed', error);
        if (error.isRejected) {
          tellRejected?.(variables);
        }
        return null;
      } finally {
        if (underWay.current === waiting) {
          underWay.current = null;
        }
      }
    },
    [graph, document, latest],
  );
  const reset = useCallback(() => {
    underWay.current?.abort();
    underWay.current = null;
    setProgress(idle);
  }, []);
  return { progress, underWay, send, reset };
}

/**
 * A mutation and its progress.
 *
 * ```tsx
 * const renewal = useMutation(RenewDocument, ({ renewLoan }) => renewLoan, loans.reload);
 * <Button onClick={() => renewal.run({ input: { reader: { patronId }, loanId } })}>Renew</Button>
 * <Outcome of={renewal}>{({ loan }) => `Due on ${loan?.dueOn}`}</Outcome>
 * ```
 *
 * @param payloadOf returns the payload in the data
 * @param onDone called each time that the mutation is done, after `run` or `retry`; not called if the mutation is
 * refused or only partly done
 * @param onSend called before the mutation is sent, with its variables
 * @param onRejected called if the mutation is rejected, so that nothing was done, even if the component is already
 * unmounted. Always the function of the rendering that sent the mutation: it knows who was signed in then.
 */
export function useMutation<Data, Variables extends WithReference, Payload extends SettledPayload>(
  document: TypedDocumentNode<Data, Variables>,
  payloadOf: (data: Data) => Payload | null | undefined,
  onDone?: (payload: Payload) => void,
  onSend?: (variables: Variables) => void,
  onRejected?: (variables: Variables) => void,
): Mutation<Variables, Payload> {
  const latest = useRef<Callbacks<Data, Variables, Payload>>({ payloadOf, onDone, onSend, onRejected });
  latest.current = { payloadOf, onDone, onSend, onRejected };
  const { progress, underWay, send, reset } = useSending(document, latest);
  const last = useRef<Sent<Variables, Payload> | null>(null);
  const sendAndTell = useCallback(
    async (sent: Sent<Variables, Payload>): Promise<Payload | null> => {
      last.current = sent;
      latest.current.onSend?.(sent.variables);
      const payload = await send(sent);
      if (payload?.operation.state === 'DONE') {
        latest.current.onDone?.(payload);
      }
      return payload;
    },
    [send],
  );
  const run = useCallback(
    async ({ input, ...rest }: WithoutReference<Variables>): Promise<Payload | null> => {
      if (underWay.current !== null) {
        return null;
      }
      const asked = JSON.stringify([input, rest]);
      if (last.current?.isOpen === true && last.current.asked === asked) {
        return await sendAndTell(last.current);
      }
      const variables = { ...rest, input: { ...input, reference: newReference() } } as unknown as Variables;
      return await sendAndTell({ variables, asked, isOpen: false, payload: null });
    },
    [sendAndTell, underWay],
  );
  const retry = useCallback(
    async () => (last.current === null || underWay.current !== null ? null : await sendAndTell(last.current)),
    [sendAndTell, underWay],
  );
  const busy = progress.state === 'sending' || progress.state === 'unsettled';
  return { run, retry, reset, busy, ...progress };
}
