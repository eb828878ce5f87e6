/**
 * The changes that the reader has requested in this tab, such as renewals. With this list, the reader can see an
 * outcome even after leaving the view.
 */
import type { SettledPayload, TypedDocumentNode } from '@patron-graph/kit';
import { type Mutation, useMutation, useSession, type WithReference } from '@patron-graph/ui';
import { useEffect } from 'react';

const storedAs = 'my-requests';
const maxKept = 50;

/**
 * A request. The reader finds it by `reference`, and staff find it by `code`. `code` is null until an answer contains it.
 */
export interface AskedFor {
  readonly reference: string;
  readonly code: string | null;
}

interface Stored {
  readonly patronId: string;
  /** The newest request is first. */
  readonly requests: readonly AskedFor[];
}

export function requestsOf(patronId: string): readonly AskedFor[] {
  const text = sessionStorage.getItem(storedAs);
  const stored = text === null ? null : (JSON.parse(text) as Stored);
  return stored?.patronId === patronId ? stored.requests : [];
}

const store = (patronId: string, requests: readonly AskedFor[]): void => {
  const stored: Stored = { patronId, requests: requests.slice(0, maxKept) };
  sessionStorage.setItem(storedAs, JSON.stringify(stored));
};

/** Adds a request. If the request is already listed, adds its code. */
export function remember(patronId: string, { reference, code }: AskedFor): void {
  const known = requestsOf(patronId);
  const isKnown = known.some((request) => request.reference === reference);
  const withCode = (request: AskedFor): AskedFor =>
    request.reference === reference ? { reference, code: code ?? request.code } : request;
  store(patronId, isKnown ? known.map(withCode) : [{ reference, code }, ...known]);
}

/** Removes all requests. Must be called when somebody signs out. */
export const forgetRequests = (): void => sessionStorage.removeItem(storedAs);

/** Removes a request. If it is not listed, writes nothing: the reader may have signed out. */
function forget(patronId: string, reference: string): void {
  const known = requestsOf(patronId);
  const left = known.filter((request) => request.reference !== reference);
  if (left.length < known.length) {
    store(patronId, left);
  }
}

interface RequestPayload extends SettledPayload {
  readonly operation: SettledPayload['operation'] & { readonly reference: string; readonly code: string };
}

/**
 * Like `useMutation`, but also lists the request when it is sent. A rejected request is removed. If the reader leaves
 * the view before the answer, the request stays listed, because it may have been done.
 */
export function useRequest<Data, Variables extends WithReference, Payload extends RequestPayload>(
  document: TypedDocumentNode<Data, Variables>,
  payloadOf: (data: Data) => Payload | null | undefined,
  onDone?: (payload: Payload) => void,
): Mutation<Variables, Payload> {
  const { patronId } = useSession();
  const onSend = ({ input: { reference } }: Variables) => {
    if (patronId !== null) {
      remember(patronId, { reference, code: null });
    }
  };
  // The mutation calls this directly. An effect of this component might not run, because a 401 ends the session and
  // unmounts the view.
  const onRejected = ({ input: { reference } }: Variables) => {
    if (patronId !== null) {
      forget(patronId, reference);
    }
  };
  const act = useMutation(document, payloadOf, onDone, onSend, onRejected);
  const { reference, code } = act.payload?.operation ?? {};
  useEffect(() => {
    if (patronId !== null && reference !== undefined && code !== undefined) {
      remember(patronId, { reference, code });
    }
  }, [reference, code, patronId]);
  return act;
}
