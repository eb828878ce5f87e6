import type { GraphError, SettledPayload } from '@patron-graph/kit';
import type { ReactNode } from 'react';
import { Button } from '../blocks/button.tsx';
import { MessageList } from '../blocks/message-list.tsx';
import type { MutationState } from '../graph/use-mutation.ts';
import { useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { useReason } from '../language/use-reason.ts';
import { Loading, MayNot } from './loaded.tsx';
import { Notice } from './notice.tsx';
import { OutcomeRegion } from './outcome-region.tsx';
import { SignInLink } from './signed-out.tsx';

interface WithProblems {
  readonly problems: readonly { readonly message: string }[];
}

/**
 * The reasons why an operation was refused or only partly done, in the graph's words. Renders nothing if there are
 * none.
 */
export function Problems({
  of,
  isPartlyDone = false,
}: {
  readonly of: WithProblems | null;
  readonly isPartlyDone?: boolean;
}): ReactNode {
  const texts = useTexts(uiTexts);
  if (of === null || of.problems.length === 0) {
    return null;
  }
  return (
    <Notice tone={isPartlyDone ? 'warning' : 'bad'} title={isPartlyDone ? texts.partlyDone : texts.refused}>
      <MessageList messages={of.problems.map(({ message }) => message)} />
    </Notice>
  );
}

/** A message that the operation is recorded but its outcome is unknown. Staff find the operation by `code`. */
function Unsettled({ code }: { readonly code: string | undefined }): ReactNode {
  const texts = useTexts(uiTexts);
  return (
    <Notice tone="warning" title={texts.unsettled}>
      <p>{texts.unsettledText}</p>
      <Code code={code} />
    </Notice>
  );
}

interface ShownAct<Payload> {
  readonly state: MutationState;
  readonly payload: Payload | null;
  readonly error: GraphError | null;
  retry(): Promise<unknown>;
}

interface OutcomeProps<Payload> {
  readonly of: ShownAct<Payload>;
  readonly children: (payload: Payload) => ReactNode;
}

/**
 * Shows the state of a mutation (`useMutation`): sending, unsettled, refused or failed. When it is done, shows
 * `children`. Render this component before the mutation is sent, because screen readers read out only changes of an
 * existing region.
 */
export function Outcome<Payload extends SettledPayload & WithProblems>(
  props: OutcomeProps<Payload>,
): ReactNode {
  return (
    <OutcomeRegion isDone={props.of.state === 'done'}>
      <StateOfAct {...props} />
    </OutcomeRegion>
  );
}

function StateOfAct<Payload extends SettledPayload & WithProblems>({
  of: { state, payload, error, retry },
  children,
}: OutcomeProps<Payload>): ReactNode {
  const texts = useTexts(uiTexts);
  switch (state) {
    case 'idle':
      return null;
    case 'sending':
      return <Loading>{texts.sending}</Loading>;
    case 'unsettled':
      return <Unsettled code={codeOf(payload)} />;
    case 'refused':
      return <Problems of={payload} isPartlyDone={payload?.operation.state === 'PARTLY_DONE'} />;
    case 'failed':
      return <Failure error={error} code={codeOf(payload)} onRetry={() => void retry()} />;
    case 'done': {
      const told = payload === null ? null : children(payload);
      return told !== null && <Notice tone="good">{told}</Notice>;
    }
  }
}

/**
 * A message that the request was rejected, or that its outcome is unknown. A button sends the request again, unless a
 * right or a newer sign-in is needed.
 */
function Failure({
  error,
  code,
  onRetry,
}: {
  readonly error: GraphError | null;
  readonly code: string | undefined;
  readonly onRetry: () => void;
}): ReactNode {
  const texts = useTexts(uiTexts);
  const reasonOf = useReason();
  if (error?.isForbidden === true) {
    return <MayNot title={texts.mayNotDo} missing={error.missing} />;
  }
  const isRejected = error?.isRejected === true;
  const [why] = error?.missing ?? [];
  const reason = why === undefined ? texts.failedText : reasonOf(why);
  return (
    <Notice tone="bad" title={isRejected ? texts.refused : texts.unknownOutcome}>
      <p>{isRejected ? reason : texts.unknownOutcomeText}</p>
      <Code code={code} />
      {isRejected && why?.remedy === 'sign-in' ? (
        <SignInLink className="button primary" />
      ) : (
        <Button onClick={onRetry}>{texts.tryAgain}</Button>
      )}
    </Notice>
  );
}

/** The code by which staff find the operation. Renders nothing if the code is unknown. */
function Code({ code }: { readonly code: string | undefined }): ReactNode {
  const texts = useTexts(uiTexts);
  return code === undefined ? null : (
    <p>
      {texts.code}: <code>{code}</code>
    </p>
  );
}

/** The operation's code, if the page selects it. */
function codeOf(payload: SettledPayload | null): string | undefined {
  const operation = payload?.operation ?? {};
  return 'code' in operation && typeof operation.code === 'string' ? operation.code : undefined;
}
